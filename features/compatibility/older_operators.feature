@needs_operator_control
Feature: Operators of earlier versions

  The command line is newer than many operators. It finds out what an operator can do from its features, from the encoding of
  what it says, and from routes that it does not have.

  Background:
    Given the world "visit-counter"

  Rule: What an operator can do is told by its features

    @req-COMP-001
    Scenario Outline: Features come with versions
      Given the operator is of version "<version>"
      Then the operator announces
        """
        <features>
        """

      Examples:
        | version | features                                                                        |
        | 3.83.0  | ProxyApi                                                                        |
        | 3.90.0  | ProxyApi                                                                        |
        | 3.91.0  | ProxyApi, CopyTarget, SessionManagement                                         |
        | 3.120.0 | ProxyApi, CopyTarget, SessionManagement, LayerReconnect                         |
        | 3.187.0 | ProxyApi, CopyTarget, SessionManagement, LayerReconnect, ExtendableUserCredentials |

    @req-COMP-002
    Scenario: Before there was a list of features, there was one feature
      Given the operator is of version "3.84.0"
      When Aviram runs "mirrord operator status"
      Then the command succeeds
      And the output contains "Operator version: 3.84.0"

  Rule: Managing sessions came with 3.91.0

    @req-COMP-003
    Scenario Outline: An operator that does not know sessions says so by having no such route
      Given the operator is of version "3.90.0"
      And Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      When Aviram runs "<command>"
      Then the command fails
      And the error contains "Feature `session management` is not supported in mirrord operator 3.90.0."
      And the session "D1" is listed

      Examples:
        | command                                  |
        | mirrord operator session kill-all        |
        | mirrord operator session stop --id D1    |
        | mirrord operator session retain-active   |

    @req-COMP-003
    Scenario: The newer command says it in its own words
      Given the operator is of version "3.90.0"
      And Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      When Aviram runs "mirrord session stop D1"
      Then the command fails
      And the error contains "remote session management is not supported by this operator"

    @req-COMP-004
    Scenario: From then on they work as they do now
      Given the operator is of version "3.91.0"
      And Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      When Aviram runs "mirrord operator session stop --id D1"
      Then the command succeeds
      And the session "D1" is gone
      And Dana is disconnected

  Rule: Sessions were no objects in namespaces

    @req-COMP-005
    Scenario: They are listed from the status instead
      Given the operator is of version "3.150.0"
      And Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      And Aviram may "get and list" "sessions"
      When Aviram runs "mirrord session ls"
      Then the command succeeds
      And the output contains "| D1 "
      And Aviram was answered 404 to "list" of "sessions"

    @req-COMP-005
    Scenario: A newer operator lists them itself
      Given Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      And Aviram may "get and list" "sessions"
      When Aviram runs "mirrord session ls"
      Then the output contains "| D1 "
      And Aviram was answered 200 to "list" of "sessions"

    @req-COMP-005
    Scenario: They are stopped by the same request
      Given the operator is of version "3.150.0"
      And Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      When Aviram runs "mirrord session stop D1"
      Then the command succeeds
      And the session "D1" is gone

    @req-COMP-005
    Scenario: kubectl cannot see them
      Given the operator is of version "3.150.0"
      When the administrator lists "sessions.operator.metalbear.co"
      Then it is refused with the code 404
      And it is refused because of "404 page not found"

  Rule: Ports and copies were arrays

    @needs_clock_control @req-COMP-006
    Scenario Outline: They are printed alike
      Given the operator is of version "<version>"
      And Aviram runs mirrord on "deployment/ip-visit-counter" as session "C527FE7D9C30979E"
      And Aviram steals port 80 with the filter "header=X-PG-Tenant: Avi.+"
      When 13 seconds pass
      And Aviram runs "mirrord operator status"
      Then the output contains
        """
        +------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
        | Session ID       | Target                      | Namespace | User                                                          | Ports                                                    | Session Duration |
        +------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
        | C527FE7D9C30979E | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Port: 80, Type: steal, Filter: header=X-PG-Tenant: Avi.+ | 13s              |
        +------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
        """

      Examples:
        | version |
        | 3.83.0  |
        | 3.91.0  |
        | 3.119.0 |
        | 3.120.0 |
        | 3.192.0 |

    @req-COMP-006
    Scenario: Copies, too
      Given the operator is of version "3.100.0"
      And Dana copies "deployment/ip-visit-counter"
      When Aviram runs "mirrord operator status"
      Then the output contains "| deployment/ip-visit-counter | default   | mirrord-copy-job-"

    @req-COMP-007
    Scenario: An operator that knows nothing of copies does not list any
      Given the operator is of version "3.83.0"
      When Aviram runs "mirrord operator status"
      Then the command succeeds
      And the output does not contain "copy targets"
      When Dana tries to copy "deployment/ip-visit-counter"
      Then it is refused with the code 404 and the reason ""

  Rule: Certificates were asked for in another way

    @req-COMP-008
    Scenario Outline: The client takes the way that the operator knows
      Given the operator is of version "<version>"
      When Aviram runs "mirrord operator session kill-all"
      Then the command succeeds
      And Aviram was answered <code> to "create" of "<resource>"

      Examples:
        | version | code | resource                              |
        | 3.91.0  | 200  | mirrordoperators/operator/certificate |
        | 3.136.0 | 200  | mirrordoperators/operator/certificate |
        | 3.137.0 | 201  | mirrordclusteroperatorusercredentials |
        | 3.187.0 | 201  | mirrordclusteroperatorusercredentials |

  Rule: Counts came one after another

    @req-COMP-009
    Scenario Outline: What is not counted is not printed
      Given the operator is of version "<version>"
      When Aviram runs "mirrord operator status"
      Then the output <ci> "CI Sessions"
      And the output <previews> "Preview Environment Sessions"

      Examples:
        | version | ci               | previews         |
        | 3.149.0 | does not contain | does not contain |
        | 3.150.0 | contains         | does not contain |
        | 3.187.0 | contains         | contains         |

  Rule: An upgrade takes sessions along

    @req-COMP-010
    Scenario: They are still there, and can be managed from then on
      Given the operator is of version "3.90.0"
      And Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"
      When the operator is upgraded to version "3.187.0"
      And Aviram runs "mirrord operator session stop --id D1"
      Then the command succeeds
      And the session "D1" is gone
