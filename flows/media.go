package flows

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	_ "image/gif"  // a kind of picture
	_ "image/jpeg" // a kind of picture
	_ "image/png"  // a kind of picture
	"io"
	"path"
	"strings"

	_ "golang.org/x/image/webp" // a kind of picture

	"besedka/core/chat"
	"besedka/core/source"
)

// Picture is what a step shows with its words.
type Picture struct {
	source.Pos
	Path string // under the folder's media/
	Hash string // hex SHA-256 of the file: what was shown stays the same in every release
	Alt  Words  // for who does not see it; empty when its words say it all
	Of   string // instead of all that: the variable that holds the id of the prize shown
	Made string // or that holds what a call has drawn: a sealed file's id; shown with Alt
}

const mediaFolder = "media/"

// MaxPicture is the bytes of one picture.
const MaxPicture = 10 << 20

// readMedia reads a file's name, {file, alt}, {prize: variable}, or {made: variable, alt}.
func (l *loader) readMedia(o *source.Object) *Picture {
	n := o.Node("media")
	if n == nil {
		return nil
	}
	if !o.Has("say") && !o.Has("ask") {
		l.report(n.Pos, "L120", source.Sentence("media бывает только у say и ask", "media goes only with say or ask"), source.Sentence("добавьте say: слова под картинкой", "add say: the words under the picture"))
	}
	if o.Has("edit") {
		l.report(n.Pos, "L120", source.Sentence("media и edit вместе не стоят: картинку не изменить", "media and edit do not go together: a picture cannot be changed"), source.Sentence("покажите её отдельным шагом", "show it in a step of its own"))
	}
	p, file := &Picture{Pos: n.Pos}, n
	if n.Kind == source.Map {
		fields := source.Fields(n, &l.problems)
		p.Of, p.Made, file = fields.Text("prize"), fields.Text("made"), fields.Node("file")
		if !p.onlyOne(file) {
			l.report(n.Pos, "L107", source.Sentence("картинка - файл или приз", "a picture is a file, or that of a prize"), source.Sentence("впишите file: имя или prize: переменная", "write file: name, or prize: variable"))
		}
		p.Alt = l.readAlt(fields.Node("alt"))
		fields.Done()
	}
	p.Path = file.AsText(&l.problems)
	if file != nil && file.Kind == source.Scalar {
		l.openPicture(p, file.Pos)
	}
	return p
}

// onlyOne says whether p is of one origin, file among them.
func (p *Picture) onlyOne(file *source.Node) bool {
	origins := 0
	for _, is := range []bool{p.Of != "", p.Made != "", file != nil} {
		if is {
			origins++
		}
	}
	return origins == 1
}

func (l *loader) readAlt(n *source.Node) Words {
	if n == nil {
		return nil
	}
	alt := n.AsText(&l.problems)
	if n.Kind == source.Scalar && strings.TrimSpace(alt) == "" {
		l.report(n.Pos, "L124", source.Sentence("подпись alt пуста", "alt is empty"), source.Sentence("скажите, что на картинке, или сотрите alt", "say what the picture shows, or delete alt"))
	}
	return Words{l.base(): alt}
}

// openPicture looks at the file once, however many steps show it.
func (l *loader) openPicture(p *Picture, at source.Pos) {
	if _, known := l.pictures[p.Path]; !known {
		l.pictures[p.Path] = ""
		data, err := l.readPicture(p.Path)
		if err != nil {
			l.noPicture(p.Path, at)
			return
		}
		l.checkPicture(p.Path, data, at)
		sum := sha256.Sum256(data)
		l.pictures[p.Path] = hex.EncodeToString(sum[:])
	}
	p.Hash = l.pictures[p.Path]
}

// readPicture reads no more of a file than tells that it is too large.
func (l *loader) readPicture(name string) ([]byte, error) {
	f, err := l.fsys.Open(mediaFolder + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxPicture+1))
}

// checkPicture wants what every messenger of the programme can show.
func (l *loader) checkPicture(name string, data []byte, at source.Pos) {
	about, _, err := image.DecodeConfig(bytes.NewReader(data))
	limit := l.maxPicture()
	switch {
	case int64(len(data)) > limit:
		l.report(at, "L404", source.Sentence("картинка «%s» больше %d МБ", "the picture %q is larger than %d MB", name, limit>>20), source.Sentence("уменьшите её: телефону хватит 1280 точек в ширину", "make it smaller: 1280 pixels of width do for a phone"))
	case err != nil:
		l.report(at, "L404", source.Sentence("файл «%s» - не картинка, которую покажет мессенджер", "the file %q is no picture that messengers show", name), source.Sentence("сохраните её как JPEG или PNG", "save it as JPEG or PNG"))
	case about.Width+about.Height > maxSides, min(about.Width, about.Height)*maxStretch < max(about.Width, about.Height):
		l.report(at, "L404", source.Sentence("картинка «%s», %d×%d точек, не поместится в мессенджер", "the picture %q of %d×%d pixels does not fit messengers", name, about.Width, about.Height), source.Sentence("уменьшите или обрежьте её", "make it smaller, or cut it"))
	}
}

// Telegram's limits of a photo, core.telegram.org/bots/api#sendphoto.
const (
	maxSides   = 10000 // width and height together
	maxStretch = 20    // the longer side is at most so many of the shorter
)

// maxPicture is how many bytes every messenger of the programme can show.
func (l *loader) maxPicture() int64 {
	limit := int64(MaxPicture)
	for _, c := range l.p.Channels {
		if of := chat.CapsOf(c).Picture; of > 0 && of < limit {
			limit = of
		}
	}
	return limit
}

func (l *loader) noPicture(name string, at source.Pos) {
	var have []string
	for _, file := range l.names {
		if rest, ok := strings.CutPrefix(file, mediaFolder); ok {
			have = append(have, rest)
		}
	}
	cure := source.Meant(name, have)
	if len(have) == 0 {
		cure = source.Sentence("положите её в папку media: media/%s", "put it into the folder media: media/%s", path.Base(name))
	}
	l.report(at, "L403", source.Sentence("нет картинки «%s»", "there is no picture %q", shorten(name)), cure)
}

// translateAlt finds the other languages of what a picture shows.
func (l *loader) translateAlt(s *Step, file string) {
	if s.Media == nil || s.Media.Alt == nil {
		return
	}
	for _, lang := range l.p.Languages[1:] {
		s.Media.Alt[lang] = l.translated(lang, file, s.ID+".media", s.Media.Pos).AsText(&l.problems)
	}
}
