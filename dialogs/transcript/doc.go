// Package transcript plays the *.test.yaml files of a programme folder: what a
// shopper does and what the bot must answer. It plays them on the engine that
// serves shoppers, with calls answered by stubs and time given by the test;
// between turns the session is written out and read back.
package transcript
