// Package eol knows until when releases of operating systems are supported.
//
// The data is in the format of the public end-of-life API (endoflife.date): a
// product, such as "debian", has cycles, such as "12", each with its dates and its
// latest release:
//
//	data := eol.Embedded()
//	for _, cycle := range data["debian"] {
//		fmt.Println(cycle.Name, cycle.EOL, cycle.Latest)
//	}
//
// # Where the data comes from
//
// [Embedded] data ships with the program. It is made from Debian's package
// distro-info-data (Debian and Ubuntu) and from generate/facts.json, a hand-kept
// list of what other distributions publish and of latest releases; [AsOf] tells
// when. To make it anew after a change of either:
//
//	apt-get install distro-info-data && go generate ./scan/osid/eol
//
// Data grows old. [Open] reads newer data from a file or URL over it, product by
// product; commands take the location from the flag --eol-data or the environment
// variable ODG_EOL_DATA. The whole public data set is one request, which can be
// kept as a file where there is no internet:
//
//	https://endoflife.date/api/v1/products/full
//
// # Formats
//
// Three shapes are read: an object of products with their cycles; a list of cycles,
// whose product is the file's name (API v0, such as debian.json); and the object
// whose "result" is a product with its releases, or a list of them (API v1).
// Products of one's own can be added in any of them.
package eol
