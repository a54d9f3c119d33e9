package vk

import (
	"cmp"

	"besedka/core/chat"
)

// firstFile is what people are to look at, beside words or without any; nil when
// nothing of that kind is attached.
func firstFile(all []attached) *chat.File {
	for _, at := range all {
		if f := at.file(); f.Remote != "" {
			return &f
		}
	}
	return nil
}

// file has no Remote when VK gives none: of a video it shows its player only,
// dev.vk.com/ru/reference/objects/attachments-message.
func (a attached) file() chat.File {
	switch a.Type {
	case "doc":
		return chat.File{Kind: chat.Document, Remote: a.Doc.URL, Name: a.Doc.Title, Size: max(a.Doc.Bytes, 0)}
	case "audio_message": // every browser plays the first
		return chat.File{Kind: chat.Voice, Remote: cmp.Or(a.Voice.MP3, a.Voice.Ogg)}
	case "sticker":
		return chat.File{Kind: chat.Sticker, Remote: widest(a.Sticker.Images)}
	}
	return chat.File{}
}
