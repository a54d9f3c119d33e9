// Package topup gives points that no receipt earned: to one member, or to those of a
// file, where a line of the same file counts once however often it is sent. The
// member hears of it in their chat.
package topup
