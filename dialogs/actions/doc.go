// Package actions is what `call:` in a script reaches: the core's services, in
// the transaction of the turn that calls. An action translates between the
// words of scripts and those of one service; rules live in the core, words for
// the shopper in the script.
package actions
