package telegram

import "besedka/core/chat"

// files are what a message may bring beside photos and documents, in the fields
// that we read of all of them. core.telegram.org/bots/api#message
type files struct {
	Video     *file `json:"video"`
	VideoNote *file `json:"video_note"`
	Animation *file `json:"animation"` // comes with a document, for programs that are older than animations
	Voice     *file `json:"voice"`
	Audio     *file `json:"audio"`
	Sticker   *file `json:"sticker"`
}

type file struct {
	ID    string `json:"file_id"`
	Name  string `json:"file_name"`
	Emoji string `json:"emoji"` // of a sticker
	Mime  string `json:"mime_type"`
	Size  int64  `json:"file_size"`
}

// file is the file of a message; nil when there is none that can be fetched.
func (m message) file() *chat.File {
	doc := m.Document
	switch {
	case m.Animation != nil:
		return m.Animation.as(chat.Animation)
	case m.Video != nil:
		return m.Video.as(chat.Video)
	case m.VideoNote != nil:
		return m.VideoNote.as(chat.VideoNote)
	case m.Voice != nil:
		return m.Voice.as(chat.Voice)
	case m.Audio != nil:
		return m.Audio.as(chat.Audio)
	case m.Sticker != nil:
		return m.Sticker.as(chat.Sticker)
	case doc != nil:
		return file{ID: doc.FileID, Name: doc.FileName, Mime: doc.MimeType, Size: doc.FileSize}.as(chat.Document)
	}
	return nil
}

func (f file) as(kind chat.FileKind) *chat.File {
	if f.ID == "" {
		return nil
	}
	return &chat.File{Kind: kind, Remote: f.ID, Name: f.Name + f.Emoji, Mime: f.Mime, Size: f.Size}
}
