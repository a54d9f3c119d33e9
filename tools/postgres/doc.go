// Command postgres prints the folder of the PostgreSQL server that besedka
// would run, or says that there is none.
package main
