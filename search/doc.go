// Package search is the language in which people look for metadata: criteria,
// an order and a cursor. It is pure; whoever has entries can answer a request:
//
//	request, err := search.Parse(body)
//	query, err := search.Compile(request, search.Env{})
//	page := query.NewPage()
//	page.Offer(search.Item{Entry: entry}) // for each entry
//	result := page.Result()
//
// A database need not offer all: [Query.Conditions], [Query.Order] and [Query.Start]
// say what it can look for, [Query.Matches] decides about what it finds, and
// [Page.Until] tells where it stopped.
//
// How findings stand after all that was decided about them, effective.severity and so
// on, is searched for likewise; [Query.Effective] says whether whoever offers items
// has to know. A finding without a due date has an empty one, so that it can be found.
//
// People write criteria as expressions, such as
//
//	effective.severity >= HIGH and type = finding/vulnerability and not "openssl"
//
// [ParseWhere] reads them, [FormatWhere] writes them, [WhereGrammar] explains them.
//
// The language is that of the metadata browser of ODG (contract http-api, section
// 5). Like the database of existing installations it knows three truths: a
// comparison with an attribute that an entry lacks is unknown, and so is its
// opposite, so excluding a value finds only entries that have another one.
package search
