package fiscal

// Ways of payment, tag 1214.
const (
	prepaidInFull = 1
	paidInFull    = 4
)

// Kinds of what is paid for, tag 1212: goods, and marked goods without their code
// and with it.
const (
	goods          = 1
	markedNoCode   = 32
	markedWithCode = 33
)

// inPieces is the measure of what is counted, tag 2108.
const inPieces = 0

// Buys says whether l is goods that the receipt hands over: neither an advance or
// a service, nor the excisable goods (alcohol, tobacco) that the law keeps out of
// promotions. Format 1.0 has neither tag: what it does not tell is goods that are
// paid. An online shop is paid before it delivers.
func (r Receipt) Buys(l Line) bool {
	switch l.Payment {
	case 0, paidInFull:
	case prepaidInFull:
		if !r.Internet {
			return false
		}
	default:
		return false
	}
	switch l.Product {
	case 0, goods, markedNoCode, markedWithCode:
		return l.Sum > 0
	}
	return false
}

// Pieces is how many packs the line is: what is weighed or poured is one.
func (l Line) Pieces() int64 {
	if l.Measure != nil && *l.Measure != inPieces || l.Quantity%perUnit != 0 {
		return 1
	}
	return int64(l.Quantity / perUnit)
}
