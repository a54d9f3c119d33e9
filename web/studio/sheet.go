package studio

import (
	"context"
	"maps"
	"slices"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/core/source"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

// Sheet is what publishing a draft would do.
type Sheet struct {
	Draft     draft.Draft
	Live      release.Publication
	Diff      []release.FileDiff
	Problems  []*source.Problem // that nothing is published with
	Waiting   []source.Text     // who waits where, and what becomes of them
	Played    int               // tests of what is in force, on both
	Parts     []transcript.Failure
	Failed    []transcript.Failure // tests of the draft that it does not pass itself
	Unread    []*source.Problem    // in tests of the draft: with any, none of them is played
	Conflicts []draft.Conflict     // with what was published meanwhile
}

// Behind says whether another release was published since the draft was begun.
func (s Sheet) Behind() bool { return s.Draft.Base != s.Live.Release }

// Ready says whether it can be published.
func (s Sheet) Ready() bool {
	return !s.Draft.Closed && !s.Behind() && len(s.Problems) == 0 && len(s.Diff) > 0
}

// Sheet tells what publishing a draft would do; of one that is behind, what moving it
// onto the release in force would meet.
func (s *Studio) Sheet(ctx context.Context, id int64) (Sheet, error) {
	var sheet Sheet
	var err error
	if sheet.Draft, err = draft.Find(ctx, s.DB, id); err != nil {
		return sheet, err
	}
	if sheet.Live, err = s.Releases.Current(ctx); err != nil {
		return sheet, err
	}
	if sheet.Behind() {
		sheet.Conflicts, err = sheet.Draft.Conflicts(ctx, s.DB, sheet.Live.Release)
		return sheet, err
	}
	before, err := release.Files(ctx, s.DB, sheet.Live.Release)
	if err != nil {
		return sheet, err
	}
	after, err := sheet.Draft.Whole(ctx, s.DB)
	if err != nil {
		return sheet, err
	}
	sheet.Diff = release.Diff(before, after)
	return sheet, s.check(ctx, &sheet, before, after)
}

// check looks for mistakes, for who would be stranded, for conversations of the tests in
// force that would go another way, and for tests of the draft's own that it fails: these
// keep nothing from being published, a test may be behind the scripts.
func (s *Studio) check(ctx context.Context, sheet *Sheet, before, after map[string][]byte) error {
	if sheet.Problems = misplaced(after); len(sheet.Problems) > 0 {
		return nil
	}
	folder, err := release.Folder(after)
	if err != nil {
		return err
	}
	programme, problems := flows.Load(folder, s.Vocabulary)
	if programme == nil {
		sheet.Problems = problems
		return nil
	}
	would, err := s.Press.Outlook(ctx, programme, false)
	if err != nil {
		return err
	}
	sheet.Waiting, sheet.Problems = would.Waiting, would.Stranded
	own, problems := transcript.Play(folder, programme, s.Vocabulary)
	sheet.Failed, sheet.Unread = own.Failures, problems
	if folder, err = release.Folder(before); err != nil {
		return err
	}
	was, _ := flows.Reload(folder, s.Vocabulary)
	if was == nil { // then there is nothing to compare with
		return nil
	}
	if diff, problems := transcript.Compare(folder, was, programme, s.Vocabulary); len(problems) == 0 {
		sheet.Played, sheet.Parts = diff.Tests, diff.Parts
	}
	return nil
}

// Published is one publication, and what going back to it would do.
type Published struct {
	release.Publication
	Diff    []release.FileDiff // what it has changed
	Live    release.Publication
	Back    []release.FileDiff // what going back would change
	Waiting []source.Text      // and what becomes of who waits
	Gone    bool               // it cannot be read any more
}

// InForce says whether there is nothing to go back from.
func (p Published) InForce() bool { return p.Release == p.Live.Release }

// Published tells of one publication; storage.ErrNotFound when there is none.
func (s *Studio) Published(ctx context.Context, id int64) (p Published, err error) {
	if p.Publication, err = release.PublicationOf(ctx, s.DB, id); err != nil {
		return p, err
	}
	if p.Live, err = s.Releases.Current(ctx); err != nil {
		return p, err
	}
	if p.Diff, err = s.Between(ctx, p.Before, p.Release); err != nil || p.InForce() {
		return p, err
	}
	if p.Back, err = s.Between(ctx, p.Live.Release, p.Release); err != nil {
		return p, err
	}
	folder, err := s.Releases.Load(ctx, p.Release)
	if err != nil {
		return p, err
	}
	programme, _ := flows.Reload(folder, s.Vocabulary)
	if p.Gone = programme == nil; p.Gone {
		return p, nil
	}
	would, err := s.Press.Outlook(ctx, programme, true)
	p.Waiting = would.Waiting
	return p, err
}

// misplaced are the files that no release takes: a draft may have some from before they
// were refused.
func misplaced(files map[string][]byte) (problems []*source.Problem) {
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if !release.Belongs(path) {
			problems = append(problems, release.Misplaced(path))
		}
	}
	return problems
}
