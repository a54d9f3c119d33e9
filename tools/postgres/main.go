package main

import (
	"fmt"
	"os"

	"besedka/storage/embedded"
)

func main() {
	found, err := embedded.Find("")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(found.Dir)
}
