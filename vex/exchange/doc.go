// Package exchange takes VEX documents over into ODG Core, and writes them about what it
// knows. Package vex has the rules; here they meet a core:
//
//	x := exchange.New(core, exchange.Config{Findings: findings})
//	doc, err := vex.Parse(data)
//	plan, err := x.Import(ctx, []vex.Document{doc}, exchange.Import{})
//	doc, err = x.Export(ctx, component.ID{Name: "example.org/shop/web", Version: "1.4.2"}, exchange.Export{})
//	err = vex.Encode(os.Stdout, doc, vex.CycloneDX)
//
// An import stores all that it decides, or nothing. It goes over all vulnerabilities that
// are stored, since documents may name packages and images of any component, and keeps in
// memory those that they are about, and the names of artefacts and packages; an export
// reads those of one component.
package exchange
