package chat

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestChannels holds the table of docs/channels.md to CapsOf.
func TestChannels(t *testing.T) {
	t.Parallel()
	const file, begin, end = "../../docs/channels.md", "-run TestChannels -update -->\n", "<!-- /caps -->"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", file)
	}
	golden(t, file, head+begin+table()+end+tail)
}

// columns are the channels as a reader looks for them; one is added with its adapter.
var columns = []struct {
	name string
	of   Channel
}{
	{"Telegram", Telegram},
	{"WhatsApp", WhatsApp},
	{"MAX", Max},
	{"ВКонтакте", VK},
	{"Viber", Viber},
	{"чат на сайте", Webchat},
	{"WhatsApp, опыт", Whatsmeow},
}

// lines are what a script's author asks about.
var lines = []struct {
	name string
	of   func(c Caps) string
}{
	{"текст, знаков", func(c Caps) string { return length(c.Text) }},
	{"текст над кнопками", func(c Caps) string { return length(c.over(&Keyboard{Kind: Inline})) }},
	{"подпись под картинкой", caption},
	{"кнопки под сообщением", func(c Caps) string { return size(c.Inline) }},
	{"список", func(c Caps) string { return size(c.List) }},
	{"клавиатура вместо букв", func(c Caps) string { return size(c.Reply) }},
	{"кнопка со ссылкой", func(c Caps) string { return yes(c.Links != "") }},
	{"кнопка «поделиться телефоном»", func(c Caps) string { return yes(c.Contact != "") }},
	{"картинка, до", func(c Caps) string { return megabytes(c.Picture) }},
	{"документ от сотрудника, до", func(c Caps) string { return megabytes(c.Files.Document) }},
	{"голосовое от сотрудника, до", func(c Caps) string { return megabytes(c.Files.Voice) }},
	{"видео от сотрудника, до", func(c Caps) string { return megabytes(c.Files.Video) }},
	{"файл от человека, до", func(c Caps) string { return megabytes(c.Fetch) }},
	{"всего, сообщений", func(c Caps) string { return pace(c.Rates.Account) }},
	{"в один чат", func(c Caps) string { return pace(c.Rates.Chat) }},
	{"повтор не удваивается", func(c Caps) string { return yes(c.Idempotent) }},
}

func table() string {
	var b strings.Builder
	head, rule := "| |", "|---|"
	for _, c := range columns {
		head, rule = head+" "+c.name+" |", rule+"---|"
	}
	fmt.Fprintf(&b, "%s\n%s\n", head, rule)
	for _, l := range lines {
		fmt.Fprintf(&b, "| %s |", l.name)
		for _, c := range columns {
			fmt.Fprintf(&b, " %s |", l.of(CapsOf(c.of)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func length(l Limit) string {
	if l.Max == 0 {
		return "сколько угодно"
	}
	return fmt.Sprint(l.Max) + map[Unit]string{UTF16: " (UTF-16)", Byte: " (байт)"}[l.Unit]
}

func caption(c Caps) string {
	if c.Picture == 0 {
		return "—"
	}
	return length(c.Caption)
}

func size(g Grid) string {
	switch {
	case g.Max == 0:
		return "—"
	case g.Desc.Max > 0:
		return fmt.Sprintf("%d, %d + %d знака", g.Max, g.Title.Max, g.Desc.Max)
	case g.Title.Max > 0:
		return fmt.Sprintf("%d по %d знаков", g.Max, g.Title.Max)
	}
	return fmt.Sprint(g.Max)
}

func yes(is bool) string { return map[bool]string{true: "да", false: "—"}[is] }

func megabytes(n int64) string {
	return cmp.Or(map[int64]string{0: "—"}[n], fmt.Sprintf("%d МБ", n>>20))
}

func pace(r Rate) string {
	if !r.Limited() {
		return "без предела"
	}
	if r.Every < time.Second {
		return fmt.Sprintf("%d в секунду", r.Burst+int((time.Second-1)/r.Every))
	}
	return fmt.Sprintf("одно в %d с, подряд %d", int(r.Every.Seconds()), r.Burst)
}
