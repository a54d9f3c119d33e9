//go:build !nowhatsmeow

package whatsapp

import (
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"
)

// File is what an account that reads by itself can only keep. A Kind that is not one of
// these is a video.
type File struct {
	Kind string // audio, voice, video, note, sticker
	MIME string
	Data []byte
}

// The purposes that the keys of files are derived for.
const (
	audioKeys = "WhatsApp Audio Keys"
	videoKeys = "WhatsApp Video Keys"
)

// filed words a file as a message; a picture in it is shown before it is fetched.
func (s *Server) filed(a Act) *waE2E.Message {
	of := a.File
	switch of.Kind {
	case "audio", "voice":
		f := s.store(of.Data, audioKeys)
		return &waE2E.Message{AudioMessage: &waE2E.AudioMessage{
			Mimetype: &of.MIME, PTT: proto.Bool(of.Kind == "voice"), Waveform: make([]byte, 64), URL: &f.url, DirectPath: &f.path,
			MediaKey: f.key, FileEncSHA256: f.sealedSum, FileSHA256: f.sum, FileLength: &f.length,
		}}
	case "sticker":
		f := s.store(of.Data, imageKeys)
		return &waE2E.Message{StickerMessage: &waE2E.StickerMessage{
			Mimetype: &of.MIME, PngThumbnail: make([]byte, 64), URL: &f.url, DirectPath: &f.path,
			MediaKey: f.key, FileEncSHA256: f.sealedSum, FileSHA256: f.sum, FileLength: &f.length,
		}}
	}
	f := s.store(of.Data, videoKeys)
	video := &waE2E.VideoMessage{
		Caption: some(a.Text), Mimetype: &of.MIME, JPEGThumbnail: make([]byte, 64), URL: &f.url, DirectPath: &f.path,
		MediaKey: f.key, FileEncSHA256: f.sealedSum, FileSHA256: f.sum, FileLength: &f.length,
	}
	if of.Kind == "note" {
		return &waE2E.Message{PtvMessage: video}
	}
	return &waE2E.Message{VideoMessage: video}
}
