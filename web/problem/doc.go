// Package problem answers HTTP requests that went wrong with RFC 9457 problem
// details. It knows no route and no error of any other package.
package problem
