Feature: The life of a session

  The operator assigns a session when a user starts mirrord, and closes it when they stop. Nobody has to open or close
  one by hand.

  Background:
    Given the world "visit-counter"

  Rule: Starting mirrord makes a session

    @smoke @req-SESS-001
    Scenario: A session is there as soon as mirrord runs
      When Aviram runs mirrord on "deployment/ip-visit-counter" as session "487F4F2B6D2376AD"
      Then the sessions are
        | id               | target                      | namespace | user                                                          |
        | 487F4F2B6D2376AD | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local |
      And Aviram is still connected

    @req-SESS-002
    Scenario: The id is the client's choice, shown in upper-case hexadecimal without zeros before it
      When Dana runs mirrord on "deployment/ip-visit-counter" as session "1F"
      Then the session "1F" is listed

    @req-SESS-003
    Scenario: Everyone who starts mirrord has a session of their own, on the same target too
      When Aviram runs mirrord on "deployment/ip-visit-counter" as session "A1"
      And Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      Then the sessions are
        | id | target                      |
        | A1 | deployment/ip-visit-counter |
        | D1 | deployment/ip-visit-counter |

    @req-SESS-004
    Scenario: One person may run mirrord twice
      When Aviram runs mirrord on "deployment/ip-visit-counter" as session "A1"
      And Aviram runs mirrord on "deployment/ip-visit-counter" as session "A2"
      Then there are 2 sessions

    @req-SESS-005
    Scenario: The namespace of the target is shown
      Given the deployment "checkout" in the namespace "shop"
      When Aviram runs mirrord on "deployment/checkout" in the namespace "shop"
      Then the sessions are
        | target              | namespace |
        | deployment/checkout | shop      |

  Rule: A session is made only for a target that exists

    @req-SESS-006
    Scenario: A target that is not there
      When Aviram tries to run mirrord on "deployment/never-deployed"
      Then it is refused
      And there are no sessions

  Rule: A session grows older with the clock

    @needs_clock_control @req-SESS-007
    Scenario Outline: The duration is that of the operator's clock
      Given Dana runs mirrord on "deployment/ip-visit-counter"
      When <time> pass
      Then Dana's session has lasted <time>

      Examples:
        | time                   |
        | 1 second               |
        | 13 seconds             |
        | 5 minutes and 1 second |
        | 2 hours                |

    @needs_clock_control @req-SESS-007
    Scenario: The clock of whoever looks does not matter
      Given Dana runs mirrord on "deployment/ip-visit-counter"
      And the clocks on all desks show "2031-01-01 00:00:00"
      When 13 seconds pass
      And Aviram runs "mirrord operator status"
      Then the output contains " 13s "

  Rule: Stopping mirrord closes the session

    @needs_clock_control @req-SESS-008
    Scenario: A session is gone half a minute after its client
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Aviram stops mirrord
      And 31 seconds pass
      Then Aviram's session is gone
      And Dana's session is listed

    @needs_clock_control @req-SESS-009
    Scenario: Until then a client may come back to it
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      When Aviram stops mirrord
      And 29 seconds pass
      Then Aviram's session is listed

    @needs_clock_control @req-SESS-010
    Scenario: A session that is in use lives on, however long
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      When 1 day passes
      Then Aviram's session is listed
      And Aviram is still connected
