package cloudapi

import "besedka/core/chat"

// filed is a message with a file that is kept for people to look at; one without the
// file's id is unknown.
func (m inbound) filed(kind chat.FileKind, f media) chat.Inbound {
	if f.ID == "" {
		return chat.Inbound{Unknown: m.Type}
	}
	return chat.Inbound{Text: f.Caption, File: &chat.File{Kind: kind, Remote: f.ID, Name: f.Name, Mime: f.MIME}}
}

// sound is a recording made in the chat, or a file.
func (f media) sound() chat.FileKind {
	if f.Voice {
		return chat.Voice
	}
	return chat.Audio
}
