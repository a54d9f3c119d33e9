package card

import (
	"crypto/rand"
	"math/big"
	"strings"
)

// NumberDigits is the length of a number: that of an EAN-13, which every till reads.
const NumberDigits = 13

// newNumber is a number that nobody can guess: the prefix, chance, a check digit.
func newNumber(prefix string) string {
	free := NumberDigits - 1 - len(prefix)
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(free)), nil)
	n, err := rand.Int(rand.Reader, most)
	if err != nil { // never, see crypto/rand
		panic(err)
	}
	chance := n.String()
	digits := prefix + strings.Repeat("0", free-len(chance)) + chance
	return digits + string(checkDigit(digits))
}

// Valid says whether a text is a number by its length and check digit: most slips of
// the hand are not.
func Valid(number string) bool {
	if len(number) != NumberDigits || strings.Trim(number, "0123456789") != "" {
		return false
	}
	return checkDigit(number[:NumberDigits-1]) == number[NumberDigits-1]
}

// checkDigit is by GS1 General Specifications, 7.9: the digits weigh 3 and 1 in turn
// from the right, and the whole is a multiple of ten.
func checkDigit(digits string) byte {
	sum := 0
	for i := range digits {
		weight := 3
		if (len(digits)-i)%2 == 0 {
			weight = 1
		}
		sum += weight * int(digits[i]-'0')
	}
	return byte('0' + (10-sum%10)%10)
}
