// Package enumeration is what commands print of an enumeration as JSON, the same from
// all of them:
//
//	report, err := enumerator.Run(ctx)
//	done := enumeration.OfRun(report, enumerator.Problem.Error)
//	fmt.Println(done.Sentence())
package enumeration
