@needs_traffic_simulation
Feature: Filtering by path and method

  Background:
    Given the world "visit-counter"
    And Aviram runs mirrord on "deployment/ip-visit-counter"

  Rule: A path filter is searched in the path, and then in the path with its query

    @req-TRAF-010
    Scenario Outline: Either match is enough
      Given Aviram steals port 80 with the filter "path=<pattern>"
      When a GET request to "<target>" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples: Whatever the case, anywhere in the path
        | pattern        | target        | whom         |
        | /api           | /v1/API/x     | Aviram       |
        | ^/api$         | /api?x=1      | Aviram       |
        | ^/api$         | /api/         | the original |
        | x=1$           | /a?x=1        | Aviram       |
        | ^/a\?x=1$      | /a?x=1&y=2    | the original |

      Examples: Looking ahead, where a query cannot be excluded
        | pattern        | target        | whom         |
        | ^(?!/health/)  | /health/live  | the original |
        | ^(?!/health/)  | /health       | Aviram       |
        | ^(?!.*debug=1) | /a?debug=1    | Aviram       |

      Examples: Nothing is decoded, and the host is no part of it
        | pattern        | target               | whom         |
        | /a b           | /a%20b               | the original |
        | /a%20b         | /a%20b               | Aviram       |
        | example\.com   | http://example.com/x | the original |
        | ^/x$           | http://example.com/x | Aviram       |

    @req-TRAF-011
    Scenario: A request without a path has none to match
      Given Aviram steals port 80 with the filter "path=/"
      When a CONNECT request to "host:443" reaches port 80 of deployment/ip-visit-counter
      Then it reaches the original

  Rule: A method filter is the whole method, in any case

    @req-TRAF-012
    Scenario Outline: Known methods and others
      Given Aviram steals port 80 with the filter "method=<filter>"
      When a <method> request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples:
        | filter | method | whom         |
        | post   | POST   | Aviram       |
        | POST   | PUT    | the original |
        | purge  | PURGE  | Aviram       |
        | POS    | POST   | the original |

  Rule: Filters can be combined, all of them or any of them

    @req-TRAF-013
    Scenario Outline: All of them
      Given Aviram steals port 80 with the filter "all of (header=x-u: a), (path=^/o), (method=GET)"
      When a <method> request to "<path>" with header "<header>" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples:
        | method | path    | header | whom         |
        | GET    | /orders | x-u: a | Aviram       |
        | POST   | /orders | x-u: a | the original |
        | GET    | /p      | x-u: a | the original |
        | GET    | /orders | x-u: b | the original |

    @req-TRAF-014
    Scenario Outline: Any of them
      Given Aviram steals port 80 with the filter "any of (header=x-u: a), (path=^/o)"
      When a GET request to "<path>" with header "<header>" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples:
        | path    | header | whom         |
        | /orders |        | Aviram       |
        | /p      | x-u: a | Aviram       |
        | /p      |        | the original |

    @req-TRAF-013 @req-TRAF-014
    Scenario Outline: The composites of the agent's own tests
      Given Aviram steals port 80 with the filter "<filter>"
      When a <method> request to "<path>" with header "brass-key: <key>" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples:
        | filter                                                                                                                            | method | path            | key         | whom         |
        | all of (header=brass-key: a-bazillion), (path=path/to/v1), (method=get)                                                           | GET    | /api/path/to/v1 | a-bazillion | Aviram       |
        | all of (header=brass-key: a-bazillion), (path=path/to/v1), (method=get)                                                           | POST   | /api/path/to/v1 | nothin      | the original |
        | any of (header=brass-key: a-bazillion), (header=dungeon-key: heavy), (path=path/to/v1), (path=path/for/v8), (method=get)           | GET    | /api/path/to/v1 | nothin      | Aviram       |
        | any of (header=brass-key: a-bazillion), (header=dungeon-key: heavy), (path=path/to/v1), (path=path/for/v8), (method=get)           | POST   | /api/path/to/v3 | nothin      | the original |
