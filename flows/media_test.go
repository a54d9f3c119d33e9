package flows_test

import (
	"bytes"
	"image"
	"image/gif"
	"image/png"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/dialogs/actions"
	"besedka/flows"
)

func drawn(t *testing.T, width, height int, as func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := as(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestPicturesThatDo: what messengers show is taken, and anything else is told in
// its place.
func TestPicturesThatDo(t *testing.T) {
	t.Parallel()
	asPNG := func(w *bytes.Buffer, i image.Image) error { return png.Encode(w, i) }
	asGIF := func(w *bytes.Buffer, i image.Image) error { return gif.Encode(w, i, nil) }
	usual := drawn(t, 640, 480, asPNG)
	for _, tt := range []struct {
		name, step string
		file       []byte
		want       string // of the first problem
	}{
		{"png", `{ say: "Меню", media: a }`, usual, ""},
		{"gif", `{ ask: "Что?", expect: text, media: { file: a, alt: "Доска" } }`, drawn(t, 8, 8, asGIF), ""},
		{"shown twice", `{ say: [{ when: registered, text: "Меню" }], media: a }`, usual, ""},
		{"too long a side", `{ say: "Меню", media: a }`, drawn(t, 9999, 500, asPNG), "L404"},
		{"a strip", `{ say: "Меню", media: a }`, drawn(t, 2100, 100, asPNG), "L404"},
		{"too large", `{ say: "Меню", media: a }`, append(bytes.Clone(usual), make([]byte, flows.MaxPicture)...), "L404"},
		{"nothing", `{ say: "Меню", media: a }`, []byte{}, "L404"},
		{"out of the folder", `{ say: "Меню", media: ../programme.yaml }`, usual, "L403"},
		{"no name", `{ say: "Меню", media: "" }`, usual, "L403"},
		{"no words", `{ media: a }`, usual, "L120"},
		{"to be changed", `{ say: "Меню", media: a, edit: receipt }`, usual, "L120"},
		{"an alt of nothing", `{ say: "Меню", media: { file: a, alt: " " } }`, usual, "L124"},
		{"no file", `{ say: "Меню", media: { alt: "Доска" } }`, usual, "L107"},
		{"an alt that is not translated", `{ say: "Меню", media: { file: a, alt: "Доска" } }`, usual, "L301"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{}
			layer(t, files, "testdata/base")
			if tt.want == "L301" {
				layer(t, files, "testdata/base_en")
			}
			files["media/a"] = &fstest.MapFile{Data: tt.file}
			files["flows/hello.yaml"] = &fstest.MapFile{Data: []byte("flow: hello\nstart: { words: [меню] }\nsteps:\n  menu: " + tt.step + "\n  bye: { say: Пока, end: true }\n")}
			if tt.want == "L301" {
				files["locales/en/hello.yaml"] = &fstest.MapFile{Data: []byte("menu.say: Menu\nbye.say: Bye\n")}
			}
			_, problems := flows.Load(files, actions.Vocabulary())
			got := told(problems)
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("told %q, want %s", got, tt.want)
			}
			inRussian(t, problems)
		})
	}
}
