package chat

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite golden files")

// poor is an invented channel that has a little of everything: three inline
// buttons, a list of five, a small reply keyboard, no pictures, short texts.
var poor = Caps{
	Text:    Limit{120, Byte},
	Inline:  Grid{Max: 3, PerRow: 3, Title: Limit{20, Rune}},
	List:    Grid{Max: 5, PerRow: 1, Title: Limit{24, Rune}},
	Reply:   Grid{Max: 6, PerRow: 2, Title: Limit{24, Rune}},
	Contact: "",
}

func TestDegradeGolden(t *testing.T) {
	t.Parallel()
	choices := func(titles ...string) []Button {
		var bs []Button
		for i, title := range titles {
			bs = append(bs, Button{Title: title, Token: fmt.Sprint("t", i)})
		}
		return bs
	}
	tests := map[string]Message{
		"yes_no":        {Text: "Есть дома дети?", Buttons: choices("Да", "Нет")},
		"four":          {Text: "Ваш город?", Buttons: choices("Москва", "Казань", "Нижний Новгород", "Другой")},
		"six":           {Text: "Откуда узнали?", Buttons: choices("В магазине", "От друзей", "Реклама", "Рассылка", "Чек", "Не помню")},
		"seven":         {Text: "Какой день?", Buttons: choices("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")},
		"long_titles":   {Text: "Что дальше?", Buttons: choices("Показать все мои чеки за последние полгода", "Показать все мои чеки за последний год", "Сыграть", "Назад")},
		"twins":         {Text: "Какой из двух?", Buttons: choices("Йогурт", "Йогурт")},
		"twins_cut":     {Text: "Какой из двух?", Buttons: choices("Йогурт питьевой «Полянка» земляника 270 г", "Йогурт питьевой «Полянка» черника 270 г")},
		"ten":           {Text: "Какой месяц?", Label: "Выбрать", Buttons: choices("Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь")},
		"eleven":        {Text: "Какой месяц?", Label: "Выбрать", Buttons: choices("Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь")},
		"picture_list":  {Text: "Вот призы!", Label: "Выбрать", Media: &Media{Path: "prize.jpg", Alt: "Красная кружка"}, Buttons: choices("Кружка", "Шопер", "Плед", "Термос")},
		"long_asked":    {Text: strings.Repeat("Очень длинные правила акции. ", 60), Buttons: choices("Согласен")},
		"long_title":    {Text: "Что дальше?", Buttons: choices("Показать все мои чеки за последние полгода", "Назад")},
		"contact":       {Text: "Ваш телефон?", Buttons: []Button{{Title: "Поделиться", Contact: true}, {Title: "Пропустить", Token: "skip"}}},
		"contact_only":  {Text: "Ваш телефон?", Buttons: []Button{{Title: "Поделиться", Contact: true}}},
		"contact_link":  {Text: "Ваш телефон?", Buttons: []Button{{Title: "Поделиться", Contact: true}, {Title: "Правила", URL: "https://example.test/rules"}}},
		"link":          {Text: "Прочтите правила.", Buttons: []Button{{Title: "Правила", URL: "https://example.test/rules"}, {Title: "Согласен", Token: "yes"}}},
		"picture":       {Text: "Вот ваш приз!", Media: &Media{Path: "prize.jpg", Alt: "Красная кружка"}, Buttons: choices("Беру")},
		"picture_alone": {Media: &Media{Path: "prize.jpg", Alt: "Красная кружка"}},
		"picture_long":  {Text: strings.Repeat("Очень длинная подпись. ", 60), Media: &Media{Path: "prize.jpg", Alt: "Красная кружка"}, Buttons: choices("Беру")},
		"document":      {Text: "Вот договор", Media: &Media{Blob: "1", Kind: Document, Name: "Договор.PDF", Size: 9 << 20, Alt: "Договор.PDF"}},
		"document_zip":  {Text: "Вот архив", Media: &Media{Blob: "1", Kind: Document, Name: "всё.zip", Size: 9 << 20, Alt: "всё.zip"}},
		"voice":         {Text: "Послушайте", Media: &Media{Blob: "1", Kind: Voice, Name: "voice.ogg", Size: 1 << 20, Alt: "voice.ogg"}},
		"video":         {Text: "Смотрите", Media: &Media{Blob: "1", Kind: Video, Name: "video.mp4", Size: 9 << 20, Alt: "video.mp4"}},
		"video_large":   {Text: "Смотрите", Media: &Media{Blob: "1", Kind: Video, Name: "video.mp4", Size: 60 << 20, Alt: "video.mp4"}},
		"buttons_alone": {Buttons: choices("Да", "Нет")},
		"empty":         {Text: " \n"},
	}
	for name, m := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			for _, c := range []struct {
				name string
				caps Caps
			}{
				{"telegram", CapsOf(Telegram)},
				{"whatsapp", CapsOf(WhatsApp)},
				{"max", CapsOf(Max)},
				{"webchat", CapsOf(Webchat)},
				{"vk", CapsOf(VK)},
				{"viber", CapsOf(Viber)},
				{"whatsmeow", CapsOf(Whatsmeow)},
				{"poor", poor},
				{"unknown", CapsOf("telepathy")},
			} {
				fmt.Fprintf(&b, "== %s\n%s", c.name, draw(Degrade(m, c.caps)))
			}
			golden(t, filepath.Join("testdata", "degrade", name+".txt"), b.String())
		})
	}
}

// draw shows wires as a person would see them.
func draw(ws []Wire) string {
	var b strings.Builder
	for i, w := range ws {
		fmt.Fprintf(&b, "-- %d\n", i+1)
		if w.Media != nil {
			fmt.Fprintf(&b, "(%s %s)\n", cmp.Or(string(w.Media.Kind), "picture"), w.Media.Path+w.Media.Name)
		}
		if w.Text != "" {
			fmt.Fprintln(&b, w.Text)
		}
		if w.Keyboard == nil {
			continue
		}
		fmt.Fprintf(&b, "%s%s:\n", w.Keyboard.Kind, prefixed(" ", w.Keyboard.Label))
		for _, row := range w.Keyboard.Rows {
			for _, k := range row {
				fmt.Fprintf(&b, "  [%s%s%s%s%s]", k.Title, prefixed(" / ", k.Desc), prefixed(" =", k.Token), prefixed(" ", k.URL), map[bool]string{true: " contact"}[k.Contact])
			}
			fmt.Fprintln(&b)
		}
	}
	return b.String()
}

func prefixed(p, s string) string {
	if s == "" {
		return ""
	}
	return p + s
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// Graphemes may stand side by side and must never be cut; words stand between
// spaces and must not be cut either, as long as one fits.
var (
	graphemes = []string{"а", "Я", ".", "!", "7", "👨‍👩‍👧‍👦", "🇷🇺", "🇰🇿", "👍🏽", "e\u0301", "и\u0306", "각", "\u1100\u1161\u11a8", "नि", "❤\ufe0f"}
	words     = []string{"word", "1\u00a0284,50\u00a0₽", "https://example.test/rules?from=чат", "http://a.test/b.c!d"}
	spaces    = []string{" ", " ", " ", "\n", "\n\n", "  \n "}
)

// TestSplitKeepsAtoms: whatever the text, parts are not empty and within the
// limit, and reading them one after another gives every atom whole and in
// order.
func TestSplitKeepsAtoms(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := Limit{Max: rapid.IntRange(48, 200).Draw(t, "max"), Unit: rapid.SampledFrom([]Unit{UTF16, Rune, Byte}).Draw(t, "unit")}
		text, want := drawText(t)
		for i, part := range split(text, limit) {
			if part == "" || !limit.fits(part) {
				t.Fatalf("part %d is %d %s long, limit %d: %q", i, limit.size(part), limit.Unit, limit.Max, part)
			}
			want = readAtoms(t, part, want)
		}
		if len(want) > 0 {
			t.Fatalf("lost %q", want)
		}
	})
}

func drawText(t *rapid.T) (text string, atoms []string) {
	glued := rapid.IntRange(0, 100).Draw(t, "glued") // of a hundred joints, how many have no space
	var b strings.Builder
	for range rapid.IntRange(0, 120).Draw(t, "n") {
		atom := rapid.SampledFrom(graphemes).Draw(t, "atom")
		if rapid.IntRange(0, 99).Draw(t, "joint") >= glued {
			b.WriteString(rapid.SampledFrom(spaces).Draw(t, "space"))
			atom = rapid.SampledFrom(words).Draw(t, "word")
		}
		b.WriteString(atom)
		if atoms = append(atoms, atom); len(atom) > 3 && atom[0] < 0x80 {
			b.WriteByte(' ')
		}
	}
	return b.String(), atoms
}

// readAtoms consumes the atoms that make part and returns those still to come.
func readAtoms(t *rapid.T, part string, want []string) []string {
	for part = strings.TrimLeftFunc(part, unicode.IsSpace); part != ""; part = strings.TrimLeftFunc(part, unicode.IsSpace) {
		if len(want) == 0 || !strings.HasPrefix(part, want[0]) {
			t.Fatalf("an atom is cut or lost before %q; wanted %q", part, want[:min(1, len(want))])
		}
		part, want = part[len(want[0]):], want[1:]
	}
	return want
}

func TestSplitPrefersWholeThoughts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		max        int
		want       []string
	}{
		{"paragraph", "Первый абзац. Он такой.\n\nВторой абзац.", 30, []string{"Первый абзац. Он такой.", "Второй абзац."}},
		{"line", "Молоко 90 ₽\nСыр 300 ₽\nХлеб 40 ₽", 24, []string{"Молоко 90 ₽\nСыр 300 ₽", "Хлеб 40 ₽"}},
		{"sentence", "Чек принят. Проверяем его в налоговой.", 30, []string{"Чек принят. Проверяем его в", "налоговой."}},
		{"sentence_late", "Чек уже принят нами. Проверяем.", 25, []string{"Чек уже принят нами.", "Проверяем."}},
		{"word_ends_at_limit", "один два три", 8, []string{"один два", "три"}},
		{"amount", "Сумма 1\u00a0284,50\u00a0₽", 12, []string{"Сумма", "1\u00a0284,50\u00a0₽"}},
		{"link_after_glue", "длинноеслово:https://a.test/bb", 20, []string{"длинноеслово:", "https://a.test/bb"}},
		{"link_longer_than_limit", "https://a.test/bbbbbbbbbbbb", 20, []string{"https://a.test/bbbbb", "bbbbbbb"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := gocmp.Diff(tt.want, split(tt.text, Limit{tt.max, Rune})); diff != "" {
				t.Errorf("split (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDegradeLosesNothing: on any channel every button is on the keyboard or in
// the text, whole, and nothing is longer than the channel takes.
func TestDegradeLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]Caps{
			CapsOf(Telegram), CapsOf(WhatsApp), CapsOf(Max), CapsOf(Webchat), CapsOf(VK), CapsOf(Viber), CapsOf(Whatsmeow), poor, {},
		}).Draw(t, "caps")
		text, _ := drawText(t)
		m := Message{Text: text, Buttons: rapid.SliceOfN(rapid.Custom(drawButton), 0, 12).Draw(t, "buttons")}
		shown, taps := "", 0
		for _, w := range Degrade(m, c) {
			if w.Text == "" || !c.Text.fits(w.Text) || !c.over(w.Keyboard).fits(w.Text) {
				t.Fatalf("wire of %d: %q", c.Text.size(w.Text), w.Text)
			}
			shown += w.Text + "\n"
			if w.Keyboard != nil {
				for _, b := range checkKeyboard(t, c, w.Keyboard) {
					taps += len(b.Token)
					shown += b.URL + "\n" + strings.TrimSuffix(b.Title, ellipsis) + strings.TrimPrefix(b.Desc, ellipsis) + "\n"
				}
			}
		}
		for _, b := range m.Buttons {
			taps -= len(b.Token)
			lost := !strings.Contains(bare(shown), bare(b.Title)) || b.URL != "" && !strings.Contains(shown, b.URL)
			if lost && !b.Contact {
				t.Fatalf("button %+v is nowhere in\n%s", b, shown)
			}
		}
		if taps != 0 {
			t.Fatalf("%d taps are lost in\n%s", -taps, shown)
		}
	})
}

// checkKeyboard is every button of a keyboard, once it holds to its grid.
func checkKeyboard(t *rapid.T, c Caps, kb *Keyboard) (all []Button) {
	g := c.grid(kb.Kind)
	if kb.Kind == Numbered {
		g = Grid{Max: math.MaxInt, PerRow: 1}
	}
	if g.Rows > 0 && len(kb.Rows) > g.Rows {
		t.Fatalf("%d rows in %+v", len(kb.Rows), g)
	}
	looks := map[string]bool{}
	for _, row := range kb.Rows {
		if len(row) > g.PerRow {
			t.Fatalf("%d keys in a row of %+v", len(row), g)
		}
		for _, b := range row {
			if !g.Title.fits(b.Title) || b.Desc != "" && !g.Desc.fits(b.Desc) || g.Unique && looks[b.Title] {
				t.Fatalf("%+v in %+v", b, g)
			}
			looks[b.Title] = true
			all = append(all, b)
		}
	}
	if len(all) > g.Max {
		t.Fatalf("%d keys in %+v", len(all), g)
	}
	return all
}

// bare is s without the spaces, which a cut takes away.
func bare(s string) string { return strings.Join(strings.Fields(s), "") }

func drawButton(t *rapid.T) Button {
	b := Button{Title: rapid.StringMatching(`[а-я]{1,30}( [а-я]{1,29})?`).Draw(t, "title")}
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		b.URL = "https://example.test/" + rapid.StringMatching(`[a-z]{1,9}`).Draw(t, "path")
	case 1:
		b.Contact = true
	default:
		b.Token = "t"
	}
	return b
}

// TestFilesAreSent: of what a channel sends nothing is lost and nothing grows too large; what
// it does not send is left in words.
func TestFilesAreSent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := CapsOf(rapid.SampledFrom([]Channel{Telegram, WhatsApp, Max, Webchat, VK, Viber, Whatsmeow, "telepathy"}).Draw(t, "channel"))
		m := Media{
			Blob: "1", Kind: rapid.SampledFrom([]FileKind{"", Document, Voice, Video}).Draw(t, "kind"), Alt: "файл",
			Name: "a." + rapid.SampledFrom([]string{"pdf", "PDF", "zip", "mp4"}).Draw(t, "ending"), Size: rapid.Int64Range(1, 120<<20).Draw(t, "size"),
		}
		var with []Media
		said := ""
		for _, w := range Degrade(Message{Text: "слова", Media: &m}, c) {
			said += w.Text
			if w.Media != nil {
				with = append(with, *w.Media)
			}
			if w.Media != nil && w.Media.Kind == Voice && w.Text != "" {
				t.Fatalf("%q stands under a voice message", w.Text)
			}
		}
		switch {
		case !strings.Contains(said, "слова"):
			t.Fatalf("the words are lost: %q", said)
		case c.Sends(m) && (len(with) != 1 || with[0].Blob != m.Blob || !c.Sends(with[0])):
			t.Fatalf("%+v becomes %+v", m, with)
		case !c.Sends(m) && (len(with) != 0 || !strings.Contains(said, m.Alt)):
			t.Fatalf("%+v is not sent, and becomes %+v and %q", m, with, said)
		}
	})
}
