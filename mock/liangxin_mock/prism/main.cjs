// Runs Prism's command line for liangxin_mock and corrects five things.
//
//   node main.cjs <pattern of the hosts served> <Prism's index.js> mock|proxy ...
'use strict';

const { subscribe } = require('node:diagnostics_channel');
const { EventEmitter } = require('node:events');
const { createRequire } = require('node:module');

const [, hosts] = process.argv.splice(1, 2); // Prism reads its command from the usual place
const served = new RegExp(`^(?:${hosts})$`, 'i');
const prism = process.argv[1];
const requireOfPrism = createRequire(prism);

// The port: Prism names it only at the log levels that log every request too.
subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => {
  console.log(`listening on port ${server.address().port}`);
  refuseOtherHosts(server);
});

// The host: Prism answers to any, and so to web pages that give a name of theirs this address.
function refuseOtherHosts(server) {
  const handlers = server.listeners('request');
  server.removeAllListeners('request').on('request', (request, response) => {
    const host = request.headers.host;
    if (!host || served.test(host)) {
      for (const handle of handlers) handle.call(server, request, response);
      return;
    }
    const detail = `this is a mock of LiangXin, not ${host.slice(0, 200)}`;
    response.writeHead(421, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ title: 'Misdirected Request', status: 421, detail }));
    request.resume();
  });
}

// The end: the parent holds the other end of stdin, so however it dies, stdin ends.
process.stdin.on('end', () => process.exit()).resume();

// The document: when it changes, Prism would restart, on another free port. It is watched by
// a watcher that sees nothing.
requireOfPrism('chokidar').watch = () => new EventEmitter();

// The reason of a failure: yargs would bury it under the usage and a stack trace.
requireOfPrism('yargs').fail((message, error) => {
  console.error(message || error.message || error);
  process.exit(1);
});

require(prism);
