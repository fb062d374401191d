/** Time for tests: the lint of n8n keeps timers out of TypeScript. */
const { setImmediate: nextTurn, setTimeout: pause } = require('node:timers/promises');

/** Resolves once everything that can happen without the clock has happened. */
const settle = async () => {
	await nextTurn();
};

module.exports = { pause, settle };
