// Package canned makes what the staff keep ready to say into what is said to one shopper:
// it is written as texts of scripts are, and prints what a script would know of them now.
package canned
