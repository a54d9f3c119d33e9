package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestGraphOfShippedProgramme draws it both ways; the picture is XML.
func TestGraphOfShippedProgramme(t *testing.T) {
	t.Parallel()
	var mermaid, svg, told bytes.Buffer
	if code := run(t.Context(), []string{"flows", "graph"}, &mermaid, &told); code != 0 || !strings.HasPrefix(mermaid.String(), "flowchart TD\n") {
		t.Errorf("Mermaid: %d %s %.100s", code, told.String(), mermaid.String())
	}
	if code := run(t.Context(), []string{"flows", "graph", "--svg", "--flow", "onboarding"}, &svg, &told); code != 0 || !strings.Contains(svg.String(), "[Согласие даю]") {
		t.Errorf("SVG: %d %s", code, told.String())
	}
	for d := xml.NewDecoder(&svg); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestGraphNamesFlowsThereAre(t *testing.T) {
	t.Parallel()
	var out, told bytes.Buffer
	if code := run(t.Context(), []string{"flows", "graph", "--flow", "nosuch"}, &out, &told); code != 1 || !strings.Contains(told.String(), " onboarding, ") {
		t.Errorf("a flow that is not there: %d %s", code, told.String())
	}
}

// TestGraphIsLive draws a database in which one person was asked for consent
// and for the name, and waits.
func TestGraphIsLive(t *testing.T) {
	t.Parallel()
	dsn := storagetest.DSN(t)
	db, err := storage.Open(t.Context(), dsn, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, sql := range []string{
		`insert into member (created_at) values (now())`,
		`insert into subject (member_id, channel, sealed_peer, created_at) select id, 'webchat', '', now() from member`,
		`insert into conversation (subject_id, channel, at, turn_no) select id, 'webchat', now(), 2 from subject`,
		`insert into turn (conversation_id, turn_no, inbox_id, release_id, step_in, step_out, seed, sealed, at)
select id, 1, 1, '', '-', 'onboarding/consent', 0, '', now() from conversation`,
		`insert into turn (conversation_id, turn_no, inbox_id, release_id, step_in, step_out, seed, sealed, at)
select id, 2, 2, '', 'onboarding/consent', 'onboarding/name', 0, '', now() from conversation`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	told := succeeds(t, "flows", "graph", "--flow", "onboarding", "--live", "--database-url", dsn, "--data", t.TempDir())
	for _, want := range []string{
		"ждали 0 · вошли 1 (извне 1)<br/>вышли 1 (вовне 0) · ждут 0",
		"ждали 0 · вошли 1 (извне 0)<br/>вышли 0 (вовне 0) · ждут 1",
		"[Согласие даю]<br/>× 1",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("the diagram does not tell %q:\n%s", want, told)
		}
	}
}
