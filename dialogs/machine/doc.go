// Package machine guards that a conversation moves only along the edges its script has,
// and passes between the bot and people only as its Lifecycle lets it. It is the one
// place that knows looplab/fsm; what the steps do is the engine's business.
package machine
