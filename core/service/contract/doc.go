// Package contract is what a programme agrees on with somebody else's service:
// what it is asked, how its answers are understood, and which addresses may be
// asked at all. It computes and goes nowhere; asking is package service.
package contract
