// Package schema tells editors how the files of a programme are written, as
// JSON Schema. Nothing is listed here twice: the reader of programmes is asked,
// place by place, what it takes there, by files that try one thing after the
// other; its mistakes are the answers.
package schema
