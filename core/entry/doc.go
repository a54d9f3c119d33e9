// Package entry knows where people come from: the places whose links and posters lead
// into the chats, and who came by which.
package entry
