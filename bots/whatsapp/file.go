//go:build !nowhatsmeow

package whatsapp

import (
	"encoding/base64"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"besedka/core/chat"
)

// stored is a file that lies sealed on WhatsApp's servers.
type stored interface {
	whatsmeow.DownloadableMessage
	proto.Message
	GetFileLength() uint64
	GetMimetype() string
}

// file is what m carries; nil when that is none.
func file(m *waE2E.Message) stored {
	switch {
	case m.ImageMessage != nil:
		return m.ImageMessage
	case m.DocumentMessage != nil:
		return m.DocumentMessage
	case m.AudioMessage != nil:
		return m.AudioMessage
	case m.VideoMessage != nil:
		return m.VideoMessage
	case m.PtvMessage != nil:
		return m.PtvMessage
	case m.StickerMessage != nil:
		return m.StickerMessage
	}
	return nil
}

// filed is a message with a file that is kept for people to look at; false when it
// has none, or one that lies nowhere.
func filed(m *waE2E.Message, in *chat.Inbound) bool {
	f := file(m)
	if f == nil || f.GetDirectPath() == "" {
		return false
	}
	in.Text = m.GetDocumentMessage().GetCaption() + m.GetVideoMessage().GetCaption() // one of them is there
	in.File = &chat.File{
		Kind: kindOf(m), Remote: remote(m), Name: m.GetDocumentMessage().GetFileName(),
		Mime: f.GetMimetype(), Size: int64(min(f.GetFileLength(), 1<<62)),
	}
	return true
}

func kindOf(m *waE2E.Message) chat.FileKind {
	switch {
	case m.GetAudioMessage().GetPTT():
		return chat.Voice
	case m.AudioMessage != nil:
		return chat.Audio
	case m.GetVideoMessage().GetGifPlayback():
		return chat.Animation
	case m.VideoMessage != nil:
		return chat.Video
	case m.PtvMessage != nil:
		return chat.VideoNote
	case m.StickerMessage != nil:
		return chat.Sticker
	}
	return chat.Document
}

// fetched are the fields of a file by which it is fetched.
var fetched = map[protoreflect.Name]bool{
	"URL": true, "directPath": true, "mediaKey": true, "fileSHA256": true, "fileEncSHA256": true, "fileLength": true,
}

// remote is all that is needed to fetch m's file: its keys and where it lies.
func remote(m *waE2E.Message) string {
	small := proto.Clone(m).(*waE2E.Message)
	small.MessageContextInfo = nil
	f := file(small).ProtoReflect()
	f.Range(func(field protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		if !fetched[field.Name()] {
			f.Clear(field)
		}
		return true
	})
	raw, err := proto.Marshal(small)
	if err != nil { // it came as bytes
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}
