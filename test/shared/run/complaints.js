/** What Node.js complains about: warnings, such as of too many listeners, and lost rejections. */
const { setImmediate: nextTurn } = require('node:timers/promises');
const { runInThisContext } = require('node:vm');

/** Jest gives tests a process object of their own, which hears nothing. */
const nodeProcess = /** @type {NodeJS.Process} */ (runInThisContext('process'));

const EVENTS = /** @type {const} */ (['warning', 'unhandledRejection', 'uncaughtException']);

/**
 * @param {() => Promise<unknown>} work
 * @returns {Promise<string[]>} the complaints that came up meanwhile
 */
async function complaintsDuring(work) {
	/** @type {string[]} */
	const complaints = [];
	/** @param {unknown} what */
	const note = (what) => complaints.push(String(what));
	for (const event of EVENTS) nodeProcess.on(event, note);
	try {
		await work();
		await nextTurn();
	} finally {
		for (const event of EVENTS) nodeProcess.off(event, note);
	}
	return complaints;
}

module.exports = { complaintsDuring };
