// Package locales holds the program's own texts in every language, and the
// little language that they and the scripts of a programme are written in:
// {name}, {n|балл|балла|баллов}, {at|дата}, {sum|деньги}, {g|рад|рада}.
// It is a leaf: it knows words, numbers and dates, and nothing of Besedka.
package locales
