package funnel_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/funnel"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

var stages = []string{"согласие", "имя", "готово"}

// reach lets a subject come to a stage at an hour.
func reach(t rapid.TB, db *storage.DB, subject int64, hour int, stage string, segments ...string) {
	var b storage.Batch
	funnel.Queue(&b, noon.Add(time.Duration(hour)*time.Hour), []funnel.Reached{{Subject: subject, Flow: "hello", Stage: stage, Segments: segments}})
	if err := db.InTx(context.Background(), b.Send); err != nil {
		t.Fatal(err)
	}
}

// people makes members with a subject each, and returns both.
func people(t rapid.TB, db *storage.DB, n int) (members, subjects []int64) {
	for range n {
		id, err := storage.Value[int64](context.Background(), db, `insert into member (created_at) values ($1) returning id`, noon)
		if err != nil {
			t.Fatal(err)
		}
		subject, err := storage.Value[int64](context.Background(), db,
			`insert into subject (member_id, channel, sealed_peer, created_at) values ($1, 'telegram', '', $2) returning id`, id, noon)
		if err != nil {
			t.Fatal(err)
		}
		members, subjects = append(members, id), append(subjects, subject)
	}
	return members, subjects
}

// TestFunnelAddsUp: in a flow without byways, whoever leaves where and comes again,
// no stage has more members than the one before it, in any segment; who came is who
// left and who went on; and all agree with a count by hand.
func TestFunnelAddsUp(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	rapid.Check(t, func(t *rapid.T) {
		if _, err := db.Exec(context.Background(), `delete from funnel`); err != nil {
			t.Fatal(err)
		}
		n := rapid.IntRange(1, 6).Draw(t, "people")
		_, subjects := people(t, db, n)
		far, in, since := make([]int, n), make([]string, n), rapid.IntRange(0, 4).Draw(t, "since")
		first := make([]int, n)
		for i, subject := range subjects {
			far[i], first[i] = rapid.IntRange(0, len(stages)).Draw(t, "far"), rapid.IntRange(0, 8).Draw(t, "first")
			for visit := range rapid.IntRange(1, 2).Draw(t, "visits") {
				for j, stage := range stages[:far[i]] {
					segment := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "segment")
					if visit == 0 && j == 0 {
						in[i] = segment
					}
					reach(t, db, subject, first[i]+j+visit*10, stage, segment)
				}
			}
		}
		for _, segment := range []string{"", "a", "b"} {
			var want []funnel.Stage
			for place, name := range stages {
				s := funnel.Stage{Name: name}
				for i := range n {
					if far[i] <= place || first[i] < since || segment != "" && in[i] != segment {
						continue
					}
					if s.Reached++; far[i] > place+1 {
						s.WentOn++
					}
				}
				want = append(want, s)
			}
			got, err := funnel.Count(context.Background(), db, "hello", stages, noon.Add(time.Duration(since)*time.Hour), segment, "")
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Fatalf("segment %q: %v %s", segment, err, diff)
			}
			if segment == "" {
				furthest(t, db, since, first, far)
			}
			if !slices.IsSortedFunc(got, func(a, b funnel.Stage) int { return int(b.Reached - a.Reached) }) {
				t.Fatalf("a stage has more than the one before: %+v", got)
			}
		}
	})
}

// furthest holds those who came in four hours to how far each has come since.
func furthest(t *rapid.T, db *storage.DB, since int, first, far []int) {
	from, want := noon.Add(time.Duration(since)*time.Hour), make([]int64, len(stages))
	for i := range far {
		if far[i] > 0 && first[i] >= since && first[i] < since+4 {
			want[far[i]-1]++
		}
	}
	got, err := funnel.Furthest(context.Background(), db, "hello", stages, from, from.Add(4*time.Hour))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("from %d: %v %s", since, err, diff)
	}
}

// TestJoinedMembersCountOnce: the one who stays keeps the earlier time of each.
func TestJoinedMembersCountOnce(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	members, subjects := people(t, db, 2)
	reach(t, db, subjects[0], 1, "согласие", "a")
	reach(t, db, subjects[1], 0, "согласие", "b")
	reach(t, db, subjects[1], 2, "имя")
	err := db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return funnel.MergeTx(ctx, tx, members[1], members[0]) })
	if err != nil {
		t.Fatal(err)
	}
	for segment, want := range map[string]string{"": "2/1 of 1", "a": "0/0 of 0", "b": "2/1 of 1"} {
		got, err := funnel.Count(t.Context(), db, "hello", stages, noon, segment, "")
		if err != nil {
			t.Fatal(err)
		}
		if told := fmt.Sprintf("%d/%d of %d", got[0].Reached+got[1].Reached, got[0].WentOn, got[0].Reached); told != want {
			t.Errorf("segment %q: %s, want %s", segment, told, want)
		}
	}
}
