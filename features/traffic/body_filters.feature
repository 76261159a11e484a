@needs_traffic_simulation
Feature: Filtering by JSON bodies

  A body filter is a JSONPath into the body and a regular expression for what is found there.

  Background:
    Given the world "visit-counter"

  Rule: One of the nodes that the path finds has to match

    @req-TRAF-020
    Scenario Outline: Strings are matched as they are, everything else as compact JSON
      Given Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {
            "mode": "steal",
            "http_filter": {"body_filter": {"body": "json", "query": "<query>", "matches": "<matches>"}}
          }}}
        }
        """
      And Aviram's application listens on port 80
      When a POST request to "/" with this body reaches port 80 of deployment/ip-visit-counter
        """
        <body>
        """
      Then it goes to "<whom>"

      Examples:
        | query                                       | matches      | body                                                   | whom         |
        | $..[?(typeof(@.price)=='number')].price     | 99$          | {"i":{"price":199}}                                    | Aviram       |
        | $..[?(typeof(@.price)=='number')].price     | 99$          | {"i":{"price":"199"}}                                  | the original |
        | $.a                                         | ^true$       | {"a":true}                                             | Aviram       |
        | $.a                                         | ^x$          | {"a":"x"}                                              | Aviram       |
        | $.library.books[*]                          | ^\\\\d{3,5}$ | {"library":{"books":[34555,1233,234,23432]}}           | Aviram       |

    @req-TRAF-021
    Scenario Outline: The case of what is found matters
      Given Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {
            "mode": "steal",
            "http_filter": {"body_filter": {"body": "json", "query": "$.a", "matches": "X"}}
          }}}
        }
        """
      And Aviram's application listens on port 80
      When a POST request to "/" with this body reaches port 80 of deployment/ip-visit-counter
        """
        <body>
        """
      Then it goes to "<whom>"

      Examples:
        | body      | whom         |
        | {"a":"X"} | Aviram       |
        | {"a":"x"} | the original |

    @req-TRAF-022
    Scenario Outline: Together with other filters, as in the documentation
      Given Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {
            "mode": "steal",
            "http_filter": {"all_of": [
              {"path": "/orders"},
              {"body": "json", "query": "$..[?(typeof(@.price)=='number')].price", "matches": "99$"}
            ]}
          }}}
        }
        """
      And Aviram's application listens on port 80
      When a POST request to "<path>" with this body reaches port 80 of deployment/ip-visit-counter
        """
        <body>
        """
      Then it goes to "<whom>"

      Examples:
        | path      | body                                         | whom         |
        | /orders   | {"items":[{"price":199}]}                    | Aviram       |
        | /orders   | {"items":[{"price":150},{"price":42}]}       | the original |
        | /payments | {"items":[{"price":199}]}                    | the original |

  Rule: A body that cannot be read to its end matches nothing, and passes through as it is

    Background:
      Given Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {
            "mode": "steal",
            "http_filter": {"body_filter": {"body": "json", "query": "$.pass", "matches": "rue"}}
          }}}
        }
        """
      And Aviram's application listens on port 80

    @req-TRAF-023
    Scenario Outline: What is no JSON
      When a POST request to "/" with this body reaches port 80 of deployment/ip-visit-counter
        """
        <body>
        """
      Then it reaches the original

      Examples:
        | body             |
        | {"pass": true    |
        | pass=true        |
        | {"pass": false}  |

    @req-TRAF-023
    Scenario: No body at all
      When a POST request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it reaches the original

    @req-TRAF-024
    Scenario Outline: What is too long
      When a POST request to "/" with <size> bytes of this JSON reaches port 80 of deployment/ip-visit-counter
        """
        {"pass": true}
        """
      Then it goes to "<whom>"

      Examples:
        | size   | whom         |
        | 14     | Aviram       |
        | 61440  | Aviram       |
        | 65534  | Aviram       |
        | 65535  | the original |
        | 131072 | the original |

    @req-TRAF-025
    Scenario: What is too slow
      When a POST request to "/" with this body, which takes 1 second to arrive, reaches port 80 of deployment/ip-visit-counter
        """
        {"pass": true}
        """
      Then it reaches the original
