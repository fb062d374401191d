/** Servers that are no Images API at all: what answers, or does not, at a wrong address. */
const { once } = require('node:events');
const https = require('node:https');
const net = require('node:net');

/** @typedef {{ url: string, connections: number, close: () => Promise<void> }} WrongServer */

/**
 * @param {net.Server} server
 * @param {'http' | 'https'} protocol
 * @returns {Promise<WrongServer>}
 */
async function listening(server, protocol) {
	const sockets = new Set();
	let connections = 0;
	server.on('connection', (socket) => {
		connections++;
		sockets.add(socket);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = /** @type {net.AddressInfo} */ (server.address());
	return {
		url: `${protocol}://127.0.0.1:${port}/v1`,
		get connections() {
			return connections;
		},
		async close() {
			const closed = once(server, 'close');
			server.close();
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}

/** Speaks HTTPS with a certificate that nobody vouches for; it would answer any request. */
const untrusted = () =>
	listening(
		https.createServer({ key: KEY, cert: CERTIFICATE }, (_request, response) => response.end('{}')),
		'https',
	);

/** Hangs up as soon as somebody connects. */
const hangsUp = () =>
	listening(
		net.createServer((socket) => socket.destroy()),
		'https',
	);

/** Reads a request and answers something that is not HTTP. */
const otherProtocol = () =>
	listening(
		net.createServer((socket) => {
			socket.on('error', () => {});
			socket.once('data', () => socket.end('220 mail.example.com ESMTP\r\n'));
		}),
		'http',
	);

/** An address where nothing listens. */
async function nobody() {
	const server = await listening(net.createServer(), 'http');
	await server.close();
	return server;
}

// For tests only; made for this file, valid until 2126.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmAMl+ld7pFexoqf+
Z1SYgRWbpYAirPvj2gF0YANQMIShRANCAAQZ0QM+c94qrskTpVhKrbn+ExP3/BAx
5nOZiTGcRR0Oe7ReRUZU00ODtNRc+0P3owtOpv6Luy/DYF6a8Yt+3luN
-----END PRIVATE KEY-----`;

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBiTCCAS+gAwIBAgIUTLPubR4bRwFj5pREUKokWXDpFyQwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOdW50cnVzdGVkLnRlc3QwIBcNMjYxMTIxMDY1NTI2WhgPMjEy
NjEwMjgwNjU1MjZaMBkxFzAVBgNVBAMMDnVudHJ1c3RlZC50ZXN0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEGdEDPnPeKq7JE6VYSq25/hMT9/wQMeZzmYkxnEUd
Dnu0XkVGVNNDg7TUXPtD96MLTqb+i7svw2BemvGLft5bjaNTMFEwHQYDVR0OBBYE
FBD4105vo1znC2Qn2asAI/gNcIpCMB8GA1UdIwQYMBaAFBD4105vo1znC2Qn2asA
I/gNcIpCMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAJLHXSMF
UaF7HnkQWSJeSio1O71z1BVKGIZ+i8cqiRSEAiBbth5xsASpDNTRE+6sQ3oq/PYO
aMZHWpxUxoPLV6DnQQ==
-----END CERTIFICATE-----`;

module.exports = { hangsUp, nobody, otherProtocol, untrusted };
