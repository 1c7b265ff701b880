// Runs Prism's command line for liangxin_mock and corrects four things.
//
//   node prism_main.cjs <Prism's index.js> mock|proxy ...
'use strict';

const { subscribe } = require('node:diagnostics_channel');
const { EventEmitter } = require('node:events');
const { createRequire } = require('node:module');

process.argv.splice(1, 1); // Prism reads its command from the usual place
const prism = process.argv[1];
const requireOfPrism = createRequire(prism);

// The port: Prism names it only at the log levels that log every request too.
subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => {
  console.log(`listening on port ${server.address().port}`);
});

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
