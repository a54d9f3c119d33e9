package telegram

import (
	"fmt"
	"maps"
)

// File is what a person sends beside photos and documents.
type File struct {
	Kind  string `json:"kind"` // video, video_note, animation, voice, audio, sticker
	Name  string `json:"name,omitempty"`
	MIME  string `json:"mime,omitempty"`
	Emoji string `json:"emoji,omitempty"` // of a sticker
	Data  []byte `json:"data"`
}

// attach adds a file to a message as the Bot API shows it. An animation has a
// document beside it, for bots that know no animations. The lock is held.
func (s *Server) attach(m map[string]any, a Act) {
	f := a.File
	id := s.keepFile(f.Data)
	shown := map[string]any{"file_id": id, "file_unique_id": id, "file_size": len(f.Data)}
	for name, v := range map[string]string{"file_name": f.Name, "mime_type": f.MIME, "emoji": f.Emoji} {
		if v != "" {
			shown[name] = v
		}
	}
	m[f.Kind] = shown
	if f.Kind == "animation" {
		m["document"] = shown
	}
	if a.Text != "" {
		m["caption"] = a.Text
	}
}

// edit words a change of the person's newest message, its text or its caption. The
// lock is held.
func (s *Server) edit(a Act) (map[string]any, error) {
	m := maps.Clone(s.people[a.From].newest)
	if m == nil {
		return nil, fmt.Errorf("chat %d has no message of the person to edit", a.From)
	}
	if a.Photo != nil { // in place of the one before, or of a text
		m["photo"] = s.photo(a.Photo)
		delete(m, "text")
	}
	words := "text"
	if m[words] == nil {
		words = "caption"
	}
	m[words], m["edit_date"] = a.Edit, s.now().Unix()
	s.people[a.From].newest = m
	return map[string]any{"edited_message": m}, nil
}

// photo is one in its sizes. The lock is held.
func (s *Server) photo(data []byte) []any {
	id := s.keepFile(data)
	return []any{
		map[string]any{"file_id": "thumbnail", "file_unique_id": "t", "width": 90, "height": 90, "file_size": 900},
		map[string]any{"file_id": id, "file_unique_id": id, "width": 1280, "height": 960, "file_size": len(data)},
	}
}

// react words a mark under the bot's newest message. The lock is held.
func (s *Server) react(a Act) (map[string]any, error) {
	sent := s.sentTo(a.chat(), 0)
	if len(sent) == 0 {
		return nil, fmt.Errorf("the bot has said nothing in chat %d", a.chat())
	}
	marks := []any{}
	for _, e := range a.React {
		marks = append(marks, map[string]any{"type": "emoji", "emoji": e})
	}
	return map[string]any{"message_reaction": map[string]any{
		"chat": place(a.chat(), a.Name), "message_id": sent[len(sent)-1].MessageID, "user": user(a), "date": s.now().Unix(),
		"old_reaction": []any{}, "new_reaction": marks,
	}}, nil
}
