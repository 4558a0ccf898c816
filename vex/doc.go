// Package vex turns VEX documents into rescorings, and back.
//
// VEX (Vulnerability Exploitability eXchange) is how one party tells another that
// a vulnerability does not matter in a product, or does. A rescoring is how ODG
// remembers such a decision. [Parse] reads OpenVEX 0.2.0 and CycloneDX 1.4 to 1.7,
// [Match] finds what the statements are about, [Export] and [Encode] write what
// holds for a component version:
//
//	doc, err := vex.Parse(data)
//	plan, err := vex.Match([]vex.Document{doc}, vex.Input{
//		Findings: findings, Rescorings: rescorings, Config: cfg, Now: now,
//	})
//	plan.Rescorings // to be stored
//	plan.Outcomes   // what became of each product of each statement
//
// A statement decides only about findings that it names: a product that matches
// nothing is an [Outcome], and so is a package whose other versions in the same
// artefact nobody names, since a rescoring holds for all versions of a package.
//
// Formats: OpenVEX Specification v0.2.0 (openvex.dev), CycloneDX v1.7 (ECMA-424,
// cyclonedx.org), Package URL (ECMA-427). The types of the documents are those of
// github.com/openvex/go-vex and github.com/CycloneDX/cyclonedx-go. All functions
// are pure: no clock, no I/O, and input is never changed.
package vex
