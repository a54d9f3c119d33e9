// Package fake is what the messengers that run on loopback have in common:
// people who act, updates that wait until the bot has taken them, what the bot
// said to whom, and faults on demand. A package below adds the wire of one
// messenger. Rehearsal and tests stand on them; nothing calls a bot in-process.
package fake
