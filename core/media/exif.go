package media

import (
	"bytes"
	"encoding/binary"
)

// Where a JPEG says how its camera was held: JPEG's marker of the application 1, and in
// it the tag 274 of the first directory of a TIFF (Exif 2.32, 4.5.4 and 4.6.4).
const (
	startOfScan    = 0xda
	application1   = 0xe1
	orientationTag = 0x0112
	shortType      = 3
)

// orientation is 1 to 8 as Exif has it: 6 is a phone held upright, whose picture lies on
// its left side. 1, as it should be, when the file tells nothing that can be read.
func orientation(jpeg []byte) int {
	for at := 2; at+4 <= len(jpeg) && jpeg[at] == 0xff && jpeg[at+1] != startOfScan; {
		size := int(binary.BigEndian.Uint16(jpeg[at+2:])) // with its own two bytes
		if size < 2 || at+2+size > len(jpeg) {
			return 1
		}
		part, isExif := bytes.CutPrefix(jpeg[at+4:at+2+size], []byte("Exif\x00\x00"))
		if jpeg[at+1] == application1 && isExif {
			return tiffOrientation(part)
		}
		at += 2 + size
	}
	return 1
}

func tiffOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	first := uint64(order.Uint32(tiff[4:]))
	if first+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[first+2:]
	for range order.Uint16(tiff[first:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == orientationTag && order.Uint16(entries[2:]) == shortType {
			return int(order.Uint16(entries[8:]))
		}
		entries = entries[12:]
	}
	return 1
}
