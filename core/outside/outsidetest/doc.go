// Package outsidetest stages the internet for tests of what goes there.
package outsidetest
