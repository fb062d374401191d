/** sharp, typed: what TypeScript finds for the package describes its ES module only. */
/** @type {unknown} */
const required = require('sharp');

module.exports = /** @type {typeof import('sharp').default} */ (required);
