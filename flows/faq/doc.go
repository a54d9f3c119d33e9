// Package faq finds the question that a shopper asks among those that a
// programme answers: by forms of words, Russian and English, forgiving slips of
// the pen. The score is counted in whole numbers and tells what it was counted
// from. Texts come as words are compared, see flows.Normal.
package faq
