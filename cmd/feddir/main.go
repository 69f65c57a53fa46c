// Command feddir is the feddir server and its command line.
package main

func main() {}
