package fraud

import (
	"time"

	"besedka/storage"
)

// Subject is a receipt to count around, locked by the caller.
type Subject struct {
	Receipt  int64
	Member   int64     // whose it is by now
	Uploaded time.Time // in the zone whose nights count
}

// Past is what people have had to say of a receipt.
type Past struct {
	Judged  bool `db:"judged"`  // a person has decided a suspicion about it: nothing is asked again
	Doubted bool `db:"doubted"` // one is being asked, or has refused the very document to this member
}

// Counted is what QueueCount finds, once its batch was sent.
type Counted struct{ rows *[]countRow }

// Facts are about the receipt; Past is what people said of it.
func (c Counted) Facts() (Facts, Past) { return (*c.rows)[0].Facts, (*c.rows)[0].Past }

// QueueCount asks for the facts about a receipt along with what else b asks.
func QueueCount(b *storage.Batch, s Subject) Counted {
	_, offset := s.Uploaded.Zone()
	return Counted{storage.Queue[countRow](b, qCount, s.Receipt, s.Member, s.Uploaded, s.Uploaded.Add(-24*time.Hour), offset, nearBy, s.Uploaded.Add(-lately))}
}

type countRow struct {
	Facts
	Past
}
