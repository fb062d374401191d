/**
 * Prints a measured figure among the results of the tests.
 *
 * @param {string} figure
 */
const print = (figure) => console.info(figure);

module.exports = { print };
