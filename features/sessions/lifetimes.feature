@needs_clock_control
Feature: How long a session lives

  A session is starting up until its client connects for the first time, and then connected. In each of the two phases
  another limit holds, and a third one may be set for both. Whichever is reached first closes the session, and the
  client is told which it was.

  Background:
    Given the world "visit-counter"

  Rule: A session is kept for a while when its client goes away

    @needs_operator_control @req-SESS-011
    Scenario Outline: For how long is a value of the chart, and never less than six seconds
      Given the operator's values are
        """
        operator.sessionUnusedTtlSeconds: <value>
        """
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana stops mirrord
      And <before> pass
      Then Dana's session is listed
      When 1 second passes
      Then Dana's session is gone

      Examples:
        | value | before     |
        | 60    | 59 seconds |
        | 7     | 6 seconds  |
        | 6     | 5 seconds  |
        | 3     | 5 seconds  |
        | 0     | 5 seconds  |

    @req-SESS-012
    Scenario: It counts from when the client goes away, not from its last request
      Given Dana runs mirrord on "deployment/ip-visit-counter"
      When 1 hour passes
      And Dana stops mirrord
      And 29 seconds pass
      Then Dana's session is listed

    @req-SESS-013
    Scenario: Coming back in time keeps the session, and the time starts anew
      Given Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      When Dana stops mirrord
      And 29 seconds pass
      And Dana comes back to their session
      Then there is 1 session
      And the session "D1" is listed
      And Dana's session has lasted 29 seconds
      When Dana stops mirrord
      And 29 seconds pass
      Then the session "D1" is listed

    @req-SESS-014
    Scenario: Coming back too late is refused for good
      Given Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      When Dana stops mirrord
      And 31 seconds pass
      And Dana tries to come back to their session
      Then it is refused with the code 410 and the reason "ReconnectNotPossible"
      And it is refused because of "Unused"
      And there are no sessions

    @req-SESS-015
    Scenario: The session of another does not become one's own by its id
      Given Aviram runs mirrord on "deployment/ip-visit-counter" as session "A1"
      When Dana tries to run mirrord on "deployment/ip-visit-counter" as session "A1"
      Then it is refused with the code 409 and the reason "Conflict"
      And Aviram is still connected

    @req-SESS-016
    Scenario: One client may have several connections; the session is in use while one is open
      Given Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      And Dana comes back to their session
      When Dana stops mirrord
      And 1 hour passes
      Then the session "D1" is listed

  Rule: Its whole life may be limited

    @needs_operator_control @req-SESS-017
    Scenario: The limit holds for a session that is in use
      Given the operator's values are
        """
        operator.maxSessionTimeSeconds: 3600
        """
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When 59 minutes and 59 seconds pass
      Then Dana is still connected
      When 1 second passes
      Then Dana's session is gone
      And Dana is disconnected
      And Dana was told "session was closed: TimeLimitExceeded"

    @needs_operator_control @req-SESS-018
    Scenario: The earlier limit counts
      Given the operator's values are
        """
        operator:
          maxSessionTimeSeconds: 20
          sessionUnusedTtlSeconds: 30
        """
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana stops mirrord
      And 20 seconds pass
      And Dana tries to come back to their session
      Then it is refused because of "TimeLimitExceeded"

    @needs_operator_control @req-SESS-019
    Scenario: A new limit holds for sessions that run
      Given Dana runs mirrord on "deployment/ip-visit-counter"
      When 1 hour passes
      And the operator's values become
        """
        operator.maxSessionTimeSeconds: 60
        """
      And 1 second passes
      Then Dana's session is gone

    @needs_operator_control @req-SESS-020
    Scenario: A limit that is shorter than the time for setting up is warned of
      Given the operator's values are
        """
        operator.maxSessionTimeSeconds: 120
        """
      Then the operator warns at its start
        """
        operator.maxSessionTimeSeconds (120) is less than operator.sessionSetupDeadlineSeconds (180): sessions may be closed before they are set up
        """

    @needs_operator_control @req-SESS-020
    Scenario: One that is as long is not
      Given the operator's values are
        """
        operator.maxSessionTimeSeconds: 180
        """
      Then the operator warns of nothing

  Rule: Setting up has to be done in time

    @needs_operator_control @req-SESS-021
    Scenario Outline: A copy of a target that nobody connects to is a session that is starting up
      Given the operator's values are
        """
        <value>
        """
      And Dana copies "deployment/ip-visit-counter"
      When <before> pass
      Then there is 1 session
      When 1 second passes
      Then there are no sessions
      When Dana tries to connect to the copy
      Then it is refused with the code 404 and the reason "NotFound"

      Examples:
        | value                                     | before                   |
        | {}                                        | 2 minutes and 59 seconds |
        | operator.sessionSetupDeadlineSeconds: 300 | 4 minutes and 59 seconds |
        | operator.sessionSetupDeadlineSeconds: 10  | 9 seconds                |

    @req-SESS-022
    Scenario: Connecting ends the first phase: its limit does not count any more
      Given Dana copies "deployment/ip-visit-counter"
      When 2 minutes pass
      And Dana connects to the copy
      And 1 hour passes
      Then there is 1 session
      And Dana is still connected

  Rule: Whoever is stopped is told, and does not come back

    @req-SESS-023
    Scenario: A killed client hears it on its connection
      Given Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      When Aviram runs "mirrord operator session stop --id D1"
      Then Dana is disconnected
      And Dana was told "session was stopped by a user"

    @req-SESS-024
    Scenario: The killed client's return is refused for good
      Given Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      And Aviram has run "mirrord operator session stop --id D1"
      When Dana tries to come back to their session
      Then it is refused with the code 410 and the reason "ReconnectNotPossible"
