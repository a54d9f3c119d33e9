// Command postgres prints the folder of the PostgreSQL server that besedka
// would run, or says that there is none.
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
