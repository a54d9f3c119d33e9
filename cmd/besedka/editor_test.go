package main

import (
	"bytes"
	"log/slog"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"besedka/storage/storagetest"
)

// TestRefusedFolderIsTriedAgain until it is in force, or somebody has published another
// one: theirs stays.
func TestRefusedFolderIsTriedAgain(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	e := &editor{publisher: newPublisher(storagetest.DB(t), time.Now, slog.New(slog.NewTextHandler(&log, nil))), dir: folderOf(t, tiny)}
	if err := e.publish(t.Context(), os.DirFS(e.dir)); err != nil {
		t.Fatal(err)
	}
	pet := publisherOf{&shop{T: t}, e.dir}
	pet.edits("expect: text", "expect: txet")
	e.republish(t.Context())
	if !e.pending() || len(e.Problems()) == 0 {
		t.Errorf("refused and not to be tried again: %v", e.Problems())
	}
	said := log.String()
	if e.republish(t.Context()); !strings.Contains(said, "txet") || log.String() != said || len(e.Problems()) == 0 {
		t.Errorf("the log says of the same mistake tried again:\n%s", log.String())
	}
	pet.edits("expect: txet", "expect: text")
	pet.edits("Кто у вас живёт?", "Кто живёт у вас?")
	e.republish(t.Context())
	if e.pending() || len(e.Problems()) > 0 || e.scripts.Current() == nil {
		t.Errorf("in force and to be tried again: %v", e.Problems())
	}

	pet.edits("expect: text", "expect: txet")
	e.republish(t.Context())
	theirs := maps.Clone(tiny)
	theirs["flows/talk.yaml"] = strings.Replace(tiny["flows/talk.yaml"], "Записала.", "Готово.", 1)
	if err := e.publish(t.Context(), os.DirFS(folderOf(t, theirs))); err != nil {
		t.Fatal(err)
	}
	if e.pending() {
		t.Error("what somebody has published since would not stay")
	}
}
