/** Loaded before a child's own script (`node --import`): ends the process when its parent is gone, by whatever death. */

const patience = 5_000;

function end(): void {
  setTimeout(() => process.exit(1), patience).unref();
  process.kill(process.pid, 'SIGTERM');
}

process.once('disconnect', end);
// Listening holds the channel open; a script that has come to its end shall not wait for its parent.
process.channel?.unref();
