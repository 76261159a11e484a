@needs_traffic_simulation
Feature: Who gets a request

  Every request that reaches a target's pod goes to one place: to the session that steals it, or to the process that the
  target runs itself, the original. Sessions that mirror get copies, wherever it went.

  Background:
    Given the world "visit-counter"

  Rule: What nobody asks for is left alone

    @req-TRAF-030
    Scenario: Without a subscription nothing is touched
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it reaches the original
      And the answer has no header "mirrord-agent"

    @req-TRAF-030
    Scenario: A subscription is for its port alone
      Given the deployment "checkout"
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 8080
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it reaches the original
      When a GET request to "/" reaches port 80 of deployment/checkout
      Then it reaches the original

    @req-TRAF-031
    Scenario: Who steals everything gets everything
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80
      When a GET request to "/anything" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session
      When the bytes "THIS IS NOT HTTP!\n" reach port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session
      And Aviram's application received the bytes "THIS IS NOT HTTP!\n"

    @req-TRAF-032
    Scenario: The answer of the application is the answer
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80
      And Aviram's application answers with 418
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it is answered with 418

  Rule: Of several filters each gets its own

    @smoke @req-TRAF-033
    Scenario: Two people on one port
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "header=x-user: aviram"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana steals port 80 with the filter "header=x-user: dana"
      Then requests to deployment/ip-visit-counter go where the table says
        | method | path    | header         | port | goes to      |
        | GET    | /       | x-user: aviram | 80   | Aviram       |
        | POST   | /orders | x-user: dana   | 80   | Dana         |
        | GET    | /       | x-user: eve    | 80   | the original |
        | GET    | /       |                | 80   | the original |

    @req-TRAF-034
    Scenario: One that fits two goes to one of them, and the other is told
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "path=/orders"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana steals port 80 with the filter "method=POST"
      When a POST request to "/orders" with header "x-a: 1" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session
      And Dana's log says
        """
        An HTTP request was stolen by another user. METHOD=(POST) URI=(/orders), HEADERS=({"x-a": "1"}) PORT=(80)
        """

    @req-TRAF-034
    Scenario: Equal filters fit two
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "path=/"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana steals port 80 with the filter "path=/"
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session

  Rule: A mirror gets copies, and changes nothing

    @req-TRAF-035
    Scenario: The caller gets the answer of the original
      Given Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana mirrors port 80
      And Dana's application answers with 500
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it reaches the original
      And it is mirrored to Dana's session
      And it is answered with 200

    @req-TRAF-036
    Scenario: A filter decides which requests are copied
      Given Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana mirrors port 80 with the filter "header=x-filter: yes"
      Then requests to deployment/ip-visit-counter go where the table says
        | method | header        | goes to      | mirrored to |
        | GET    | x-filter: yes | the original | Dana        |
        | GET    | x-filter: no  | the original |             |
        | DELETE | x-filter: yes | the original | Dana        |
        | DELETE | x-filter: no  | the original |             |

    @req-TRAF-037
    Scenario: What is stolen is copied, too, to everybody who mirrors
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "header=x-user: aviram"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana mirrors port 80
      And a user "Noa Bar" known to Kubernetes as "aviram@metalbear.co" on host "noas-desk"
      And Noa runs mirrord on "deployment/ip-visit-counter"
      And Noa mirrors port 80
      Then requests to deployment/ip-visit-counter go where the table says
        | header         | goes to      | mirrored to |
        | x-user: aviram | Aviram       | Dana, Noa   |
        | x-user: other  | the original | Dana, Noa   |

  Rule: Each request is decided alone, also on a connection that is kept alive

    @req-TRAF-038
    Scenario: One connection, several destinations
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "header=x-user: aviram"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana steals port 80 with the filter "header=x-user: dana"
      Then requests on one connection to port 80 of deployment/ip-visit-counter go where the table says
        | header         | goes to      |
        | x-user: aviram | Aviram       |
        | x-user: dana   | Dana         |
        |                | the original |
        | x-user: aviram | Aviram       |

    @req-TRAF-038
    Scenario: One HTTP/2 connection carries requests that wait and others that do not
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "path=^/slow"
      And Aviram's application lets requests wait
      And an HTTP/2 connection to port 80 of deployment/ip-visit-counter
      When a GET request to "/slow" follows on it
      Then it is not answered yet
      When a GET request to "/fast" follows on it
      Then it reaches the original

  Rule: What is not HTTP fits no filter

    @req-TRAF-039
    Scenario Outline: A filtered steal lets it pass
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "path=/"
      When the bytes "<bytes>" reach port 80 of deployment/ip-visit-counter
      Then it reaches the original
      And the caller receives "<bytes>"

      Examples:
        | bytes                       |
        | THIS IS NOT HTTP!\n         |
        | short.\n                    |
        | GET / asd d HTTP/1.1\r\n    |
        | HTTP/2\r\n                  |

    @req-TRAF-040
    Scenario: A mirror without a filter gets a copy, one with a filter does not
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram mirrors port 80 with the filter "path=/"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana mirrors port 80
      When the bytes "THIS IS NOT HTTP!\n" reach port 80 of deployment/ip-visit-counter
      Then it reaches the original
      And it is mirrored to Dana's session
      And Dana's application received the bytes "THIS IS NOT HTTP!\n"

    @needs_clock_control @req-TRAF-041
    Scenario: Who says too little for too long is not taken for HTTP
      Given Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana steals port 80
      When the bytes "GET" reach port 80 of deployment/ip-visit-counter
      And 2 seconds pass
      Then Dana's application received the bytes "GET"

  Rule: A request to change the protocol decides for all that follows

    @req-TRAF-042
    Scenario: A WebSocket that is stolen
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "header=x-user: aviram"
      When a WebSocket to "/feed" with header "x-user: aviram" is opened at port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session
      And it is answered with 101
      When the bytes "hello" follow on it
      Then Aviram's application received the bytes "hello"

    @req-TRAF-042
    Scenario: A WebSocket that is not
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "header=x-user: aviram"
      When a WebSocket to "/feed" is opened at port 80 of deployment/ip-visit-counter
      Then it reaches the original
      And it is answered with 101
      When the bytes "hello" follow on it
      Then the caller receives "hello"

  Rule: A session on a workload covers all of its pods

    @needs_kubelet @req-TRAF-043
    Scenario: Two replicas, one session
      Given the deployment "checkout" with 2 replicas
      And Aviram runs mirrord on "deployment/checkout"
      And Aviram steals port 80 with the filter "header=x-user: aviram"
      Then requests to deployment/checkout go where the table says
        | header         | goes to      |
        | x-user: aviram | Aviram       |
        | x-user: aviram | Aviram       |
        |                | the original |
        |                | the original |

    @needs_kubelet @req-TRAF-043
    Scenario: A session on one pod covers that one
      Given the deployment "checkout" with 2 replicas
      And Aviram runs mirrord on a pod of "checkout"
      And Aviram steals port 80
      Then requests to deployment/checkout go where the table says
        | goes to      |
        | Aviram       |
        | the original |

  Rule: Answers say who gave them

    @req-TRAF-044
    Scenario: A header on what was stolen, and one on what was passed through
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram steals port 80 with the filter "path=^/mine"
      When a GET request to "/mine" reaches port 80 of deployment/ip-visit-counter
      Then the answer has the header "Mirrord-Agent: forwarded-to-client"
      And the answer has the header "Cache-Control: no-cache, no-store, must-revalidate"
      When a GET request to "/yours" reaches port 80 of deployment/ip-visit-counter
      Then the answer has the header "Mirrord-Agent: passed-through"

    @req-TRAF-045
    Scenario: The key of the session is added to what it steals
      Given Aviram runs mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "key": "avi-1", "feature": {"network": {"incoming": "steal"}}}
        """
      And Aviram's application listens on port 80
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then Aviram's application saw the header "mirrord-key: avi-1"
      And the answer has the header "mirrord-key: avi-1"
