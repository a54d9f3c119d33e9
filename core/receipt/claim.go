package receipt

import (
	"slices"
	"time"

	"besedka/core/fiscal"
)

// MaxWaiting is how many claims of one fiscal key a member may have waiting
// behind the claim that holds it.
const MaxWaiting = 3

// holder is the receipt that holds a fiscal key, as its claim stands now.
type holder struct {
	ID     int64
	Member int64
	State  State
	Claim  fiscal.QR
}

// known says whether the document itself is known, so that every other claim of
// its key is idle.
func (h holder) known() bool {
	return h.State == Verified || h.State.Stands() || h.State == FullyRefunded || h.State == Revoked
}

// verdict is what becomes of a submission whose key is held.
type verdict struct {
	waits bool   // kept, to be taken up if the holder is rejected
	told  Reason // "" when its sender hears the same as a first one
}

// meet weighs a member's claim against the holder. A forged or mistyped claim
// must block only itself: what the holder's failure would not settle waits. Who
// sends the likeness of the holder's claim is told so, waiting or not.
func (h holder) meet(claim fiscal.QR, member int64) verdict {
	told := DuplicateOther
	if h.Member == member {
		told = DuplicateOwn
	}
	if h.known() || covers(h.Claim, claim) {
		return verdict{told: told}
	}
	if alike(h.Claim, claim) {
		return verdict{waits: true, told: told}
	}
	return verdict{waits: true}
}

// covers says whether asking for held answers every reading of claim too.
func covers(held, claim fiscal.QR) bool {
	sums := readings(held)
	for _, sum := range readings(claim) {
		if !slices.Contains(sums, sum) {
			return false
		}
	}
	return held.Operation == claim.Operation && held.Time.In(time.UTC).Equal(claim.Time.In(time.UTC))
}

// alike says whether the two may be two spellings of one printed code.
func alike(held, claim fiscal.QR) bool {
	sums := readings(held)
	return held.Operation == claim.Operation && held.Time.Minute() == claim.Time.Minute() &&
		slices.ContainsFunc(readings(claim), func(sum int64) bool { return slices.Contains(sums, sum) })
}

// readings are the sums that a claim may mean.
func readings(q fiscal.QR) []int64 {
	sums := []int64{q.Sum}
	if other, ok := q.Alternative(); ok {
		sums = append(sums, other.Sum)
	}
	return sums
}
