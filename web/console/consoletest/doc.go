// Package consoletest stages the console for tests of its pages: a database, people of
// every role who have signed in, and the whole site around it.
package consoletest
