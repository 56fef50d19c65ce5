# Brings a graph of ontology 0.2 (its merged graph, as Turtle) to ontology 0.3.
#
# Records keep their IRIs, which their content no longer gives: a graph that is built anew from fact
# files has others. What cannot be read from the old data stays: a text is still a PolicyInstrument,
# for nothing tells a treaty from a strategy, and each title that a person held becomes a post of
# its own, for nothing tells that two ministers held one post.

PREFIX aigg: <https://w3id.org/aigg/ns#>
PREFIX basis: <https://w3id.org/aigg/basis/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX graph: <https://w3id.org/aigg/graph/>
PREFIX instrument: <https://w3id.org/aigg/instrument/>
PREFIX modality: <https://w3id.org/aigg/modality/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX report: <https://w3id.org/aigg/report/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX verification: <https://w3id.org/aigg/verification/>

# Early graphs of 0.2 do not say which records affirm their fact, nor of whom the word of a source is

INSERT { ?record a aigg:Affirmation }
WHERE {
  ?record a aigg:Assertion ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
          aigg:modality ?modality ; aigg:basis ?basis .
  ?s ?p ?o .
  FILTER (?modality NOT IN (
    modality:denied, modality:withdrawn, modality:potential, modality:intended, modality:predicted
  ))
  FILTER (?basis NOT IN (basis:inferred, basis:background))
} ;

INSERT { ?source aigg:origin ?name }
WHERE {
  ?source a aigg:Source ; dcterms:source?/aigg:publisherName ?name .
  FILTER NOT EXISTS { ?source aigg:origin ?any }
  FILTER NOT EXISTS { ?source dcterms:source ?other ; aigg:publisherName ?name }
} ;

# hasMember: memberOf in the other direction

DELETE { ?body org:hasMember ?member }
INSERT { ?member aigg:memberOf ?body }
WHERE { ?body org:hasMember ?member } ;

DELETE {
  ?record rdf:subject ?body ; rdf:predicate org:hasMember ; rdf:object ?member .
}
INSERT {
  ?record rdf:subject ?member ; rdf:predicate aigg:memberOf ; rdf:object ?body .
}
WHERE { ?record rdf:subject ?body ; rdf:predicate org:hasMember ; rdf:object ?member } ;

# holdsPost: the title becomes a post, to which holderOf leads

DELETE {
  ?record rdf:predicate aigg:holdsPost ; rdf:object ?title .
  ?person aigg:holdsPost ?title .
}
INSERT {
  ?record rdf:predicate aigg:holderOf ; rdf:object ?post .
  ?post a aigg:Post ; skos:prefLabel ?title ; rdfs:isDefinedBy graph:registry .
}
WHERE {
  ?record rdf:subject ?person ; rdf:predicate aigg:holdsPost ; rdf:object ?title .
  BIND (REPLACE(STR(?person), "^.*[/#]", "") AS ?holder)
  BIND (SUBSTR(MD5(STR(?title)), 1, 8) AS ?digest)
  BIND (IRI(CONCAT("https://w3id.org/aigg/post/", ?holder, "-", ?digest)) AS ?post)
} ;

INSERT { ?person aigg:holderOf ?post }
WHERE {
  ?record a aigg:Affirmation ; rdf:subject ?person ; rdf:predicate aigg:holderOf ; rdf:object ?post .
} ;

# Reports are no policy instruments any more: these ids of the shipped registry changed

DELETE { ?s ?p ?old }
INSERT { ?s ?p ?new }
WHERE {
  VALUES (?old ?new) {
    (instrument:state-of-the-science-report report:state-of-the-science-report)
  }
  ?s ?p ?old .
} ;

DELETE { ?old a aigg:PolicyInstrument . ?old ?p ?o }
INSERT { ?new ?p ?o . ?new a aigg:Report }
WHERE {
  VALUES (?old ?new) {
    (instrument:state-of-the-science-report report:state-of-the-science-report)
  }
  ?old ?p ?o .
  FILTER (?p != rdf:type)
} ;

# A source is named as quoted only where words of it are repeated

DELETE { ?record prov:wasQuotedFrom ?source }
WHERE {
  ?record prov:wasQuotedFrom ?source .
  FILTER NOT EXISTS { ?record aigg:anchor ?words }
} ;

# Each record says what was read to check it, and where the fact stands

INSERT { ?record aigg:verification ?level }
WHERE {
  ?record a aigg:Assertion ; prov:wasDerivedFrom ?source .
  OPTIONAL { ?source aigg:verification ?given }
  BIND (COALESCE(?given, verification:press) AS ?level)
  FILTER NOT EXISTS { ?record aigg:verification ?any }
} ;

INSERT { ?record aigg:section "not given" }
WHERE {
  ?record a aigg:Assertion .
  FILTER NOT EXISTS { ?record aigg:section ?any }
}
